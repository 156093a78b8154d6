package import FlashModel

/// When a fault fires.
package struct FaultTrigger: Equatable, Sendable {
    package enum Cue: Equatable, Sendable {
        /// From the beginning of its step.
        case beginning
        /// So long after the beginning of its step.
        case time(Duration)
        /// So much of the image is behind: of a card, programmed; of the server and the CE, sent by the server.
        case progress(Double)
        /// The byte at this offset of the image is next.
        case offset(UInt64)
        /// The program unit of this number, and the erase block of this number, of the image is next; from 0.
        case page(Int)
        case eraseBlock(Int)
        /// So many erases and programs of the card's flash since it booted; the next one counts.
        case flashOperation(Int)
        case phase(FaultPhase)
    }

    package var cue: Cue
    /// At which of its occurrences, from 1 on.
    package var nth = 1
    /// How likely it fires at each of them, from 0 to 1.
    package var probability = 1.0

    package init(_ cue: Cue, nth: Int = 1, probability: Double = 1) {
        self.cue = cue
        self.nth = nth
        self.probability = probability
    }

    /// Whether the one whom the fault hits must see it itself: else the one who runs the faults does, by the clock.
    package var isSeenByTarget: Bool {
        switch cue {
        case .beginning, .time: false
        case .progress, .offset, .page, .eraseBlock, .flashOperation, .phase: true
        }
    }

    /// The same trigger for a card whose flash has this geometry.
    package func resolved(for geometry: FlashGeometry) -> FaultTrigger {
        switch cue {
        case .page(let page):
            FaultTrigger(.offset(UInt64(page * geometry.programSize)), nth: nth, probability: probability)
        case .eraseBlock(let block):
            FaultTrigger(.offset(UInt64(block * geometry.eraseSize)), nth: nth, probability: probability)
        case .beginning, .time, .progress, .offset, .flashOperation, .phase: self
        }
    }
}

/// Stations of a download and of what follows it, as the target passes them.
package enum FaultPhase: String, CaseIterable, Sendable {
    /// A card has accepted a download; the server has begun a transfer.
    case start
    /// A card is about to program a section; the server is about to send a piece.
    case section
    /// The last section is acknowledged; the last byte has left.
    case end
    /// A card has found the digest right.
    case verify
    /// A card was told to activate, to commit.
    case activate, commit
    /// A card starts, after its first start.
    case boot
    /// A card reads a section back for another one.
    case read

    package static let ofServer: [FaultPhase] = [.start, .section, .end]
}

/// What a target sees happen to itself.
package enum FaultObservation: Equatable, Sendable {
    /// It is about to program, or to send, these bytes of an image of so many.
    case bytes(Range<UInt64>, of: UInt64)
    /// So many operations of its flash since it booted.
    case flashOperations(Int)
    case phase(FaultPhase)
}
