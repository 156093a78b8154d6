import Glibc
package import Runtime

/// Asks a running CE.
package struct ControlClient: Sendable {
    private let path: String

    package init(path: String) {
        self.path = path
    }

    /// Why there is no answer.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: `Failure`: no CE runs there, it does not answer, or it answers something else.
    package func ask(_ request: ControlRequest, on loop: EventLoop) async throws(Failure) -> ControlReply {
        do throws(ControlPlace.Refusal) {
            try ControlPlace.checkFolder(of: path)
        } catch {
            throw Failure(description: error.description)
        }
        let connection: any Connection
        do throws(SystemError) {
            connection = try LocalNetwork(loop: loop).connect(to: path)
        } catch {
            let isAbsent = error.code == ENOENT || error.code == ECONNREFUSED
            throw Failure(
                description: isAbsent
                    ? "no ce runs here (control socket \(path)); give --control PATH where it was started with one"
                    : "the ce at \(path) cannot be reached: \(error)")
        }
        defer { connection.close() }
        let line: [UInt8]?
        do {
            line = try await loop.withDeadline(ControlLimits.answer, "answer") {
                try await connection.writeAll(request.line + [UInt8(ascii: "\n")])
                return try await LineReader(limitBytes: ControlLimits.replyBytes, loop: loop).next(from: connection)
            }
        } catch {
            throw Failure(description: "the ce at \(path) does not answer: \(error)")
        }
        guard let reply = line.flatMap({ ControlReply(line: $0) }) else {
            throw Failure(description: "the ce at \(path) has answered something that is no reply of this version")
        }
        return reply
    }
}
