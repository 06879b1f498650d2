"""What people meet: the widget and its API, the staff pages, the operator's endpoints."""
