"""An XMP packet that says what a picture is: made by a trained model, with which, from what words.

`DigitalSourceType` is IPTC's, its values from https://cv.iptc.org/newscodes/digitalsourcetype/;
`AIPromptInformation` and `AISystemUsed` are of the IPTC Photo Metadata Standard 2025.1.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

TOOLKIT = 'x:xmptk="imagelab"'
_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE = _TYPES + "trainedAlgorithmicMedia"
# A picture that was not made by a model, changed by one.
MIXED = _TYPES + "compositeWithTrainedAlgorithmicMedia"

_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" {toolkit}>
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
   <xmp:CreatorTool>imagelab</xmp:CreatorTool>
{fields}  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def packet(source_type: str | None, prompt: str, system: str) -> bytes:
    """The packet; what is empty is not in it."""
    said = {
        "DigitalSourceType": source_type or "",
        "AIPromptInformation": prompt,
        "AISystemUsed": system,
    }
    fields = "".join(
        f"   <Iptc4xmpExt:{name}>{escape(_allowed(text))}</Iptc4xmpExt:{name}>\n"
        for name, text in said.items()
        if text
    )
    return _PACKET.format(toolkit=TOOLKIT, fields=fields).encode()


def _allowed(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write (§2.2)."""
    return "".join(c if c in "\t\n\r" or " " <= c < "\ufffe" or c > "\uffff" else " " for c in text)
