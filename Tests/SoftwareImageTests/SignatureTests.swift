import SoftwareImage
import Testing

@Suite struct SignatureTests {
    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count, by: 2).map { offset in
            let start = hexadecimal.index(hexadecimal.startIndex, offsetBy: offset)
            return UInt8(hexadecimal[start..<hexadecimal.index(start, offsetBy: 2)], radix: 16)!
        }
    }

    static let old = SigningKey(seed: Array(repeating: 1, count: 32))
    static let new = SigningKey(seed: Array(repeating: 2, count: 32))
    static let stranger = SigningKey(seed: Array(repeating: 3, count: 32))

    private static func signed(_ keys: SigningKey...) throws -> SignedStatement {
        var manifest = Manifest(StatementSample.bare)
        for key in keys { try manifest.sign(with: key) }
        return manifest.signed
    }

    /// RFC 8032, section 7.1, test 2.
    @Test func theSpecificationsExampleComesOut() {
        let key = SigningKey(seed: Self.bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        #expect(
            key.publicKey.bytes == Self.bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        let signature = key.signature(of: [0x72])
        #expect(
            signature.bytes
                == Self.bytes(
                    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"))
        #expect(key.publicKey.verifies(signature, of: [0x72]))
        #expect(!key.publicKey.verifies(signature, of: [0x73]))
    }

    @Test func anyAlteredBitOfTheStatementIsFound() throws {
        let trusted = TrustedKeys([Self.old.publicKey])
        var manifest = Manifest(StatementSample.full)
        try manifest.sign(with: Self.old)
        let signed = manifest.signed
        #expect(trusted.objection(to: signed) == nil)
        for index in signed.bytes.indices {
            var altered = signed
            altered.bytes[index] ^= UInt8(1 << (index % 8))
            #expect(trusted.objection(to: altered) == .wrong(Self.old.publicKey.identifier), "byte \(index)")
        }
        for bytes in [Array(signed.bytes.dropLast()), signed.bytes + [0], []] {
            var altered = signed
            altered.bytes = bytes
            #expect(trusted.objection(to: altered) == .wrong(Self.old.publicKey.identifier))
        }
    }

    @Test func anyAlteredByteOfTheSignatureIsFound() throws {
        let signed = try Self.signed(Self.old)
        let signature = signed.signatures[0]
        for index in signature.bytes.indices {
            var bytes = signature.bytes
            bytes[index] ^= 0x10
            var altered = signed
            altered.signatures = [ManifestSignature(key: signature.key, bytes: bytes)]
            #expect(TrustedKeys([Self.old.publicKey]).objection(to: altered) == .wrong(signature.key), "byte \(index)")
        }
    }

    /// A new key takes the place of an old one without a gap: first the cards trust both, then images are signed by the new one.
    @Test func keysRotate() throws {
        let before = TrustedKeys([Self.old.publicKey])
        let between = TrustedKeys([Self.old.publicKey, Self.new.publicKey])
        let after = TrustedKeys([Self.new.publicKey])
        let byOld = try Self.signed(Self.old)
        let byBoth = try Self.signed(Self.old, Self.new)
        let byNew = try Self.signed(Self.new)
        for keys in [before, between] { #expect(keys.objection(to: byOld) == nil) }
        for keys in [before, between, after] { #expect(keys.objection(to: byBoth) == nil) }
        for keys in [between, after] { #expect(keys.objection(to: byNew) == nil) }
        let (old, new) = (Self.old.publicKey.identifier, Self.new.publicKey.identifier)
        #expect(before.objection(to: byNew) == .untrusted(signed: [new], trusted: [old]))
        #expect(after.objection(to: byOld) == .untrusted(signed: [old], trusted: [new]))
    }

    /// A wrong signature beside a right one is somebody else's matter.
    @Test func oneRightSignatureIsEnough() throws {
        var signed = try Self.signed(Self.old, Self.new)
        signed.signatures[0] = ManifestSignature(key: signed.signatures[0].key, bytes: Array(repeating: 0, count: 64))
        #expect(TrustedKeys([Self.old.publicKey, Self.new.publicKey]).objection(to: signed) == nil)
        #expect(TrustedKeys([Self.old.publicKey]).objection(to: signed) == .wrong(Self.old.publicKey.identifier))
    }

    @Test func whoTrustsNobodyTakesNothing() throws {
        let key = Self.stranger.publicKey.identifier
        #expect(
            TrustedKeys.none.objection(to: try Self.signed(Self.stranger))
                == .untrusted(signed: [key], trusted: []))
        #expect(TrustedKeys([Self.old.publicKey]).objection(to: try Self.signed()) == .unsigned)
    }

    /// The name of a key proves nothing.
    @Test func aForgedKeyNameIsFound() throws {
        let forged = Self.stranger.signature(of: StatementSample.bare.encode())
        let signed = SignedStatement(
            bytes: StatementSample.bare.encode(),
            signatures: [ManifestSignature(key: Self.old.publicKey.identifier, bytes: forged.bytes)])
        #expect(
            TrustedKeys([Self.old.publicKey]).objection(to: signed) == .wrong(Self.old.publicKey.identifier))
    }

    @Test func aKeySignsOnce() throws {
        var manifest = Manifest(StatementSample.bare)
        for _ in 0..<3 { try manifest.sign(with: Self.old) }
        #expect(manifest.signatures.count == 1)
        for seed in 10..<13 { try manifest.sign(with: SigningKey(seed: Array(repeating: UInt8(seed), count: 32))) }
        #expect(throws: ManifestError.self) { try manifest.sign(with: Self.new) }
        #expect(manifest.signatures.count == ManifestLimits.maximumSignatures)
    }
}
