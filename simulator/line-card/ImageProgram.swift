import CSystem
import CardSoftware
import Glibc
import Rendezvous

/// An image that is a program: the card boots it by becoming it.
enum ImageProgram {
    /// Every ELF file begins so (elf(5)).
    private static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    /// Where a booted image finds the program that stands for the card's boot loader, which no download changes.
    private static let loaderVariable = "LINE_CARD_LOADER"

    /// Runs the booted instance's bytes as this process (memfd_create(2), fexecve(3)). Where they are no program, the card's
    /// emulated software runs, in the loader's process: returns when that is this one.
    static func run(_ flash: CardFlash, _ command: CardCommand) {
        if let program = copy(flash, instance: command.booted?.instance ?? 0) {
            if getenv(loaderVariable) == nil { rememberLoader() }
            withArguments(command) { fexecve(program, $0, environ) }
            fail("fexecve", errno)
        }
        guard let loader = getenv(loaderVariable) else { return }
        let path = String(cString: loader)
        unsetenv(loaderVariable)
        withArguments(command) { execv(path, $0) }
        fail("execv of \(path)", errno)
    }

    /// - Returns: a descriptor of the instance's program; nil when it holds none.
    private static func copy(_ flash: CardFlash, instance: Int) -> CInt? {
        guard let inspection = try? FlashInspection(flash.model) else { return nil }
        var reader = inspection.reader(ofInstance: instance)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var descriptor: CInt?
        while let count = try? chunk.withUnsafeMutableBytes({ try reader.read(into: $0) }), count > 0 {
            if descriptor == nil {
                guard chunk.starts(with: magic) else { return nil }
                let file = csystem_memory_file("line-card")
                guard file >= 0 else { fail("memfd_create", -file) }
                descriptor = file
            }
            var done = 0
            while done < count {
                let written = chunk.withUnsafeBytes { write(descriptor!, $0.baseAddress! + done, count - done) }
                guard written > 0 else { fail("write to the program's memory", errno) }
                done += written
            }
        }
        return descriptor
    }

    private static func rememberLoader() {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        if readlink("/proc/self/exe", &path, path.count - 1) > 0 { setenv(loaderVariable, path, 1) }
    }

    private static func withArguments(
        _ command: CardCommand, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt
    ) {
        var arguments = (["line-card"] + command.arguments).map { strdup($0) }
        arguments.append(nil)
        _ = arguments.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }

    /// What cannot be run has failed to boot: the card's watchdog restarts it, and the attempts run out.
    private static func fail(_ operation: String, _ code: CInt) -> Never {
        say("line-card: the image cannot be run: \(operation): \(String(cString: strerror(code)))\n", to: STDERR_FILENO)
        exit(EX_UNAVAILABLE)
    }
}
