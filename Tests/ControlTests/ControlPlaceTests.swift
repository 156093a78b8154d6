import Control
import Glibc
import Runtime
import Testing

/// Who may listen where: one CE at a place, and no stranger.
@Suite struct ControlPlaceTests {
    private static func refusal(_ path: String) -> String {
        do throws(ControlPlace.Refusal) {
            _ = try ControlPlace(path)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func aSecondCEIsRefusedAndAThirdIsNot() throws {
        let folder = PrivateFolder()
        let path = "\(folder.path)/ce.sock"
        do {
            let first = try ControlPlace(path)
            #expect(first.path == path)
            #expect(
                Self.refusal(path)
                    == "another ce runs here (control socket \(path)); ask it by ce status, or give --control PATH")
        }
        #expect(Self.refusal(path) == "")
    }

    /// Of a CE that was killed the socket's file stays behind.
    @Test func aStaleSocketIsReplaced() throws {
        let folder = PrivateFolder()
        let path = "\(folder.path)/ce.sock"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        let place = try ControlPlace(path)
        let loop = EventLoop()
        let isServed = try loop.run { () async -> Bool in
            guard let server = try? ControlServer(at: place, handler: FakeHandler(), loop: loop) else { return false }
            return await withTaskGroup(of: Bool.self) { tasks in
                tasks.addTask {
                    await server.run()
                    return false
                }
                tasks.addTask { (try? await ControlClient(path: path).ask(.status, on: loop)) != nil }
                let isServed = await tasks.next()!
                tasks.cancelAll()
                return isServed
            }
        }.result
        #expect(isServed)
    }

    @Test func aMissingFolderIsMadeForTheUserAlone() throws {
        let folder = PrivateFolder()
        let place = try ControlPlace("\(folder.path)/inner/ce.sock")
        var status = stat()
        #expect(stat("\(folder.path)/inner", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        withExtendedLifetime(place) {}
    }

    @Test func aFolderThatLetsOthersInIsRefused() {
        let folder = PrivateFolder()
        chmod(folder.path, 0o755)
        #expect(
            Self.refusal("\(folder.path)/ce.sock")
                == "the folder \(folder.path) of the control socket lets others in (mode 0755); chmod 700 it, or give --control PATH"
        )
    }

    @Test func whatIsNoFolderIsRefused() {
        #expect(Self.refusal("/dev/null/ce.sock") == "/dev/null is no folder; a control socket needs one")
        #expect(
            Self.refusal("/no/such/folder/ce.sock")
                == "no ce runs here: /no/such/folder does not exist (control socket /no/such/folder/ce.sock)")
    }

    @Test func aPathThatNoSocketCanHaveIsRefused() {
        let path = "/tmp/" + String(repeating: "x", count: LocalNetwork.longestPathBytes)
        #expect(Self.refusal(path) == "the control socket's path \(path) has more than 107 bytes")
    }
}
