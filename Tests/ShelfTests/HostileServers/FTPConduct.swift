import Glibc

/// An FTP server that does one thing wrong.
struct FTPConduct: Sendable {
    enum Step: String, CaseIterable, Sendable {
        case greeting, user = "USER", password = "PASS", folder = "PWD", passive = "EPSV", type = "TYPE", size = "SIZE"
        case time = "MDTM", restart = "REST", retrieve = "RETR", complete
    }

    /// What is wrong with the data, in bytes of the file.
    enum DataFault: Sendable {
        case none
        /// The data connection ends there, and 226 follows all the same.
        case truncated(Int)
        /// Both connections end there.
        case closed(Int)
        case reset(Int)
        case stalled(Int)
        /// One byte is another.
        case corrupt(Int)
        /// So many bytes more than the file has; 0: without an end.
        case longer(Int)
        /// Nobody listens where the client is told to go.
        case nobody
    }

    var image: [UInt8]
    var step: Step?
    var fault = Fault.none
    var data = DataFault.none
    /// Only in the first session; the next ones are as they should be.
    var isOnce = false
    /// In every session.
    var ignoresRestart = false
    var refusesRestart = false
    var hidesSize = false
    var announcedBytes: Int?
    /// EPSV is refused; PASV names this address.
    var passiveAddress: String?
    /// nil: in clear.
    var encryption: FTPEncryption?

    @Sendable func serve(_ wire: Wire, session: Int) {
        var good = self
        if isOnce && session > 0 {
            good = FTPConduct(image: image)
            good.encryption = encryption
            good.ignoresRestart = ignoresRestart
            good.refusesRestart = refusesRestart
        }
        good.serve(wire)
    }

    private func say(_ step: Step, _ reply: String, _ wire: Wire) -> Bool {
        wire.say(reply, step == self.step ? fault : .none)
    }

    private func serve(_ wire: Wire) {
        if let encryption, encryption.isImplicit, !wire.encrypt(encryption.certificate) { return }
        guard say(.greeting, "220 ready", wire) else { return }
        var offset = 0
        var listener: CInt?
        defer { if let listener { close(listener) } }
        while let line = wire.line() {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let isGoingOn: Bool
            switch words.first?.uppercased() ?? "" {
            case "AUTH": isGoingOn = encryption?.begin(wire) ?? wire.write("502 no\r\n")
            case "PBSZ": isGoingOn = wire.write("200 ok\r\n")
            case "PROT": isGoingOn = wire.write((encryption?.protection ?? "502 no") + "\r\n")
            case "USER": isGoingOn = say(.user, "331 password", wire)
            case "PASS": isGoingOn = say(.password, "230 welcome", wire)
            case "PWD": isGoingOn = say(.folder, "257 \"/\"", wire)
            case "TYPE": isGoingOn = say(.type, "200 binary", wire)
            case "SIZE":
                isGoingOn =
                    hidesSize
                    ? wire.write("502 no\r\n") : say(.size, "213 \(announcedBytes ?? image.count)", wire)
            case "MDTM": isGoingOn = say(.time, "213 20260101000000", wire)
            case "EPSV" where passiveAddress != nil: isGoingOn = wire.write("502 no\r\n")
            case "EPSV", "PASV":
                guard let (socket, port) = try? HostileServer.listen() else { return }
                if let old = listener { close(old) }
                listener = socket
                if case .nobody = data {
                    close(socket)
                    listener = nil
                }
                let address = passiveAddress ?? "127,0,0,1"
                isGoingOn = say(
                    .passive,
                    words[0].uppercased() == "EPSV"
                        ? "229 here (|||\(port)|)" : "227 here (\(address),\(port >> 8),\(port & 255))", wire)
            case "REST" where refusesRestart: isGoingOn = wire.write("502 no\r\n")
            case "REST":
                offset = ignoresRestart ? 0 : Int(words.last ?? "") ?? 0
                isGoingOn = say(.restart, "350 go on", wire)
            case "RETR":
                isGoingOn = retrieve(from: offset, over: listener, wire)
                listener = nil
            case "QUIT":
                _ = wire.write("221 bye\r\n")
                return
            default: isGoingOn = wire.write("502 no\r\n")
            }
            guard isGoingOn else { return }
        }
    }

    private func retrieve(from offset: Int, over listener: CInt?, _ wire: Wire) -> Bool {
        guard say(.retrieve, "150 here it comes", wire) else { return false }
        guard let listener, let stream = HostileServer.acceptOne(listener) else { return wire.write("425 nobody\r\n") }
        if let encryption, !encryption.leavesDataClear, !stream.encrypt(encryption.dataCertificate) { return false }
        let rest = image[min(offset, image.count)...]
        switch data {
        case .none, .nobody: stream.write(rest)
        case .truncated(let end): stream.write(rest.prefix(max(0, end - offset)))
        case .closed(let end):
            stream.write(rest.prefix(max(0, end - offset)))
            return false
        case .reset(let end):
            stream.write(rest.prefix(max(0, end - offset)))
            stream.reset()
            wire.reset()
            return false
        case .stalled(let end):
            stream.write(rest.prefix(max(0, end - offset)))
            wire.hold()
            return false
        case .corrupt(let at):
            var bytes = image
            bytes[at] ^= 0x40
            stream.write(bytes[offset...])
        case .longer(let count):
            stream.write(rest)
            let more = [UInt8](repeating: 0x55, count: 64 << 10)
            if count == 0 {
                while stream.write(more) {}
            } else {
                stream.write(more.prefix(count))
            }
        }
        if encryption?.omitsCloseNotify != true { stream.closeNotify() }
        stream.finish()
        return say(.complete, "226 done", wire)
    }
}
