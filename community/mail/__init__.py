"""What leaves the house."""

from community.mail.blanks import blank, fills
from community.mail.sending import send_composed, send_mail

__all__ = ["blank", "fills", "send_composed", "send_mail"]
