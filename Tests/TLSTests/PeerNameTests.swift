import TLS
import Testing

@Suite struct PeerNameTests {
    private static func parse(_ uri: String) -> PeerName? {
        Array(uri.utf8).withUnsafeBytes { PeerName(uri: $0) }
    }

    @Test(arguments: ["SIM-ADSL-00001", "shelf 7", "a/b:c%d,e", "Köln", "~._-", String(repeating: "é", count: 127)])
    func aNameComesBackFromItsURI(name: String) {
        for role in PeerName.Role.allCases {
            let peer = PeerName(role, name)
            #expect(Self.parse(peer.uri) == peer)
            #expect(!peer.uri.contains(" ") && !peer.uri.contains(","))
        }
    }

    @Test func theURIsAreTheDocuments() {
        #expect(PeerName(.card, "SIM-ADSL-00001").uri == "card:SIM-ADSL-00001")
        #expect(PeerName(.ce, "shelf 7").uri == "ce:shelf%207")
    }

    @Test(arguments: [
        "", "card", "card:", ":x", "Card:x", "cards:x", "card:a b", "card:a,b", "card:%", "card:%4", "card:%4G",
        "card:%0A",
        "card:%FF", "card:a\u{0}", "https://example.com", "card:" + String(repeating: "a", count: 256),
        "card:" + String(repeating: "%41", count: 256), "card:%+1",
    ]) func whatIsNoNameIsNone(uri: String) {
        #expect(Self.parse(uri) == nil)
    }
}
