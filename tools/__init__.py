"""What set-up and development need; nothing here is imported by the product."""
