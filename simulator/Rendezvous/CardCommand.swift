import CardSoftware
package import FlashModel
package import Runtime

/// What a card's process is told when it is started.
package struct CardCommand: Equatable, Sendable {
    package var rendezvous: Endpoint
    package var slot: UInt16
    /// Where it listens; 0: wherever there is room.
    package var port: UInt16 = 0
    /// Where the power fails, for tests.
    package var powerCut: PowerCut?
    /// The program is the image of an instance, and was booted as such.
    package var booted: Booted?

    package struct Booted: Equatable, Sendable {
        package var instance: Int
        /// nil: it is committed.
        package var trialSeconds: Int?

        package init(instance: Int, trialSeconds: Int?) {
            self.instance = instance
            self.trialSeconds = trialSeconds
        }
    }

    package init(rendezvous: Endpoint, slot: UInt16) {
        self.rendezvous = rendezvous
        self.slot = slot
    }

    /// The command of the program that was booted in place of this one.
    func running(_ start: CardFlash.Start, port: UInt16) -> CardCommand {
        var command = self
        command.port = port
        command.powerCut = nil
        command.booted = Booted(instance: start.instance, trialSeconds: start.trialSeconds)
        return command
    }

    /// The arguments that say so, behind the program's name.
    package var arguments: [String] {
        var arguments = ["--rendezvous", rendezvous.description, "--slot", "\(slot)"]
        if port > 0 { arguments += ["--port", "\(port)"] }
        if let powerCut {
            arguments += ["--die-at-operation", "\(powerCut.operation):\(powerCut.torn.name):\(powerCut.seed)"]
        }
        if let booted {
            arguments += ["--booted", "\(booted.instance)"]
            if let seconds = booted.trialSeconds { arguments += ["--trial-seconds", "\(seconds)"] }
        }
        return arguments
    }
}
