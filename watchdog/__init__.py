"""Pulls callers out of Stasis whom ari_app never took, over AMI. Shares no code with ari_app:
what is wrong there must not be wrong here."""
