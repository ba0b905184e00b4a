"""A sales form as a PDF of one plain page: enough to open, to read and to compare."""

from sandbox.store import Body

_LINES = 44


def pdf(company: str, entity: str, record: Body) -> bytes:
    """The PDF of an invoice or credit memo."""
    title = "Invoice" if entity == "Invoice" else "Credit memo"
    texts = [company, f"{title} {record.get('DocNumber') or record['Id']}", f"Date {record['TxnDate']}"]
    texts += [f"To {record['CustomerRef'].get('name', '')}", ""]
    for line in record["Line"]:
        words = line.get("Description") or line.get(line["DetailType"], {}).get("ItemRef", {}).get("name", "")
        name = "Subtotal" if line["DetailType"] == "SubTotalLineDetail" else words
        texts.append(f"{name[:70]}   {line.get('Amount', 0):.2f}")
    tax = record.get("TxnTaxDetail", {}).get("TotalTax", 0)
    texts += [f"Tax   {tax:.2f}", f"Total   {record['TotalAmt']:.2f} {record['CurrencyRef']['value']}"]
    return _page(texts[:_LINES])


def _page(texts: list[str]) -> bytes:
    shown = "\n".join(f"({_escaped(text)}) Tj T*" for text in texts)
    content = f"BT /F1 11 Tf 16 TL 56 780 Td\n{shown}\nET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, places = b"%PDF-1.4\n", []
    for place, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (place, each)
    table = b"".join(b"%010d 00000 n \n" % each for each in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
