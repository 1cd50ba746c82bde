"""The pages of the API: one for whoever runs it, one for whoever writes a program against it."""

from sidecar.service.api.pages.page import Page, description_page, operator_page

__all__ = ["Page", "description_page", "operator_page"]
