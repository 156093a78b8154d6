import Glibc
import Plans
import Reports
import Settings
import Testing

@Suite struct PasswordFileTests {
    private static func error(_ path: String) -> String? {
        do throws(SettingsError) {
            _ = try PasswordFile.read(path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [("secret", "secret"), ("secret\n", "secret"), ("a b\r\n", "a b"), ("é ", "é ")])
    func aPasswordIsRead(text: String, password: String) throws {
        let folder = TemporaryFolder()
        for mode in [0o600, 0o400] as [mode_t] {
            #expect(try PasswordFile.read(folder.write(text, to: "secret-\(mode)", mode: mode)) == password)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o660, 0o610] as [mode_t]) func aFileThatOthersMayReadIsRefused(mode: mode_t)
    {
        let folder = TemporaryFolder()
        let file = folder.write("secret", to: "secret", mode: mode)
        #expect(Self.error(file) == "\(file): may be read by others (mode 0\(String(mode, radix: 8))); chmod 600 it")
    }

    @Test(arguments: [
        ("", "is empty; expected a password"), ("\n", "is empty; expected a password"),
        ("a\nb", "has a line break or another control character in the password"),
        ("a\u{0}", "has a line break or another control character in the password"),
        (String(repeating: "x", count: 257), "has more than 256 bytes"),
        (String(repeating: "x", count: 300), "has more than 258B, the most that is read"),
    ]) func whatIsNoPasswordIsRefused(text: String, message: String) {
        let folder = TemporaryFolder()
        let file = folder.write(text, to: "secret", mode: 0o600)
        #expect(Self.error(file) == "\(file): \(message)")
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect(Self.error("/no/such") == "/no/such: cannot be opened: No such file or directory")
    }
}
