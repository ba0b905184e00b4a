"""QuickBooks Online: its lists pulled, approved time, invoices and payments posted."""
