"""A partner's clients: what they subscribe to and use, the end of services, and the dashboard."""
