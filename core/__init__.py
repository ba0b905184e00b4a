"""Money, minutes, periods and the mechanisms that all rooms stand on. It knows no business noun."""
