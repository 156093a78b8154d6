import Glibc
import Rendezvous
import Runtime

/// Printed by `--version`.
let version = "0.1.0"

/// Writes without stdio, whose buffers a card need not have.
func say(_ text: String, to descriptor: CInt) {
    let bytes = Array(text.utf8)
    _ = write(descriptor, bytes, bytes.count)
}

/// SLURMD_NODENAME where a cluster runs several nodes on one machine, else the machine's name.
func nodeName() -> String {
    if let name = getenv("SLURMD_NODENAME") { return String(cString: name) }
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}

func runCard(_ command: CardCommand) -> CInt {
    let loop = EventLoop()
    var host = CardHost()
    host.giveMemoryBack = CardMemory.giveBack
    host.log = { say("line-card: \($0)\n", to: STDERR_FILENO) }
    host.runImage = ImageProgram.run
    let process = CardProcess(
        command, processID: getpid(), nodeName: nodeName(), softwareVersion: OwnStamp.version,
        network: TCPNetwork(loop: loop), loop: loop, host: host)
    do {
        let exit = try loop.run(cancellingOn: [SIGINT, SIGTERM]) { await process.run() }.result
        // A card without power says nothing, closes nothing, and tidies nothing up.
        if exit == .powerLost { kill(getpid(), SIGKILL) }
        if let message = exit.message { say("line-card: slot \(command.slot): \(message)\n", to: STDERR_FILENO) }
        return exit.code
    } catch {
        say("line-card: signalfd: \(error)\n", to: STDERR_FILENO)
        return EX_OSERR
    }
}

CardMemory.keepSmall()
do {
    let arguments = try CardArguments.parse(CommandLine.arguments.dropFirst()) { name in
        getenv(name).map { String(cString: $0) }
    }
    switch arguments {
    case .help: say(CardArguments.helpText, to: STDOUT_FILENO)
    case .version: say("line-card \(version)\n", to: STDOUT_FILENO)
    case .flash(let path, let isJSON): exit(FlashFile.show(path, isJSON: isJSON))
    case .run(let command): exit(runCard(command))
    }
} catch {
    say("line-card: \(error)\ntry: line-card --help\n", to: STDERR_FILENO)
    exit(CardArguments.UsageError.exitCode)
}
