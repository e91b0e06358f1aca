"""The entry for the reference, and for every path that no other room serves."""

from functions.reference.api import router
from shared.http.application import create_handler

lambda_handler = create_handler([router])
