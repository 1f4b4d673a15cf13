"""Asks an agent's phone to answer an offer by itself: headers of the INVITE, as phones know them.

There is no one way (RFC 5373 found few friends): most phones go by Call-Info, some by Alert-Info.
"""

from collections.abc import Mapping

from ari_app.domain.staff import StaffMember

HEADERS: Mapping[str, str] = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:hotline>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<sip:hotline>;info=alert-autoanswer;delay=0",
}


def wishes(member: StaffMember) -> Mapping[str, str]:
    """Variables of the leg that is about to ring; none for whoever answers by hand."""
    return HEADERS if member.is_auto_answering else {}
