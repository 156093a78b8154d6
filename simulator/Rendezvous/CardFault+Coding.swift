import CardProtocol
import Faults

/// A card's faults on their way to it: definitions are known at both ends, by their names.
extension CardFault {
    func encode(to writer: inout ByteWriter) {
        writer.integer(UInt16(number))
        trigger.encode(to: &writer)
        writer.text(action.name)
        writer.integer(UInt8(action.values.entries.count))
        for entry in action.values.entries {
            writer.text(entry.name)
            entry.value.encode(to: &writer)
        }
        writer.flag(duration != nil)
        if let duration { writer.duration(duration) }
        writer.integer(UInt32(clamping: firingLimit))
        writer.integer(UInt32(clamping: uses ?? Int(UInt32.max)))
        writer.flag(isArmed)
        writer.integer(seed)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let number = Int(try reader.integer(UInt16.self))
        let trigger = try FaultTrigger(from: &reader)
        let name = try reader.text()
        guard let definition = FaultDefinition.named(name) else { throw .malformed("fault \(name) is not known") }
        var values = FaultValues()
        for _ in 0..<(try reader.integer(UInt8.self)) {
            let name = try reader.text()
            let value = try FaultValue(from: &reader)
            guard definition.parameters.contains(where: { $0.name == name && $0.kind.admits(value) }) else {
                throw .malformed("\(definition.name) has no parameter \(name) of that kind")
            }
            values.set(name, value)
        }
        for parameter in definition.parameters where parameter.isRequired && values[parameter.name] == nil {
            throw .malformed("\(definition.name) lacks \(parameter.name)")
        }
        let duration: Duration? = try reader.flag() ? reader.duration() : nil
        let firingLimit = Int(try reader.integer(UInt32.self))
        let uses = try reader.integer(UInt32.self)
        self.init(
            number: number, trigger: trigger, action: FaultAction(definition, values), duration: duration,
            firingLimit: firingLimit, uses: uses == .max ? nil : Int(uses), isArmed: try reader.flag(),
            seed: try reader.integer())
    }
}

extension FaultTrigger {
    func encode(to writer: inout ByteWriter) {
        switch cue {
        case .beginning: writer.integer(0 as UInt8)
        case .time(let time):
            writer.integer(1 as UInt8)
            writer.duration(time)
        case .progress(let share):
            writer.integer(2 as UInt8)
            writer.integer(share.bitPattern)
        case .offset(let offset):
            writer.integer(3 as UInt8)
            writer.integer(offset)
        case .page, .eraseBlock: preconditionFailure("a card is told of pages and blocks as of bytes")
        case .flashOperation(let number):
            writer.integer(4 as UInt8)
            writer.integer(UInt64(clamping: number))
        case .phase(let phase):
            writer.integer(5 as UInt8)
            writer.text(phase.rawValue)
        }
        writer.integer(UInt32(clamping: nth))
        writer.integer(probability.bitPattern)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let cue: Cue
        switch try reader.integer(UInt8.self) {
        case 0: cue = .beginning
        case 1: cue = .time(try reader.duration())
        case 2: cue = .progress(Double(bitPattern: try reader.integer()))
        case 3: cue = .offset(try reader.integer())
        case 4: cue = .flashOperation(Int(clamping: try reader.integer(UInt64.self)))
        case 5:
            let name = try reader.text()
            guard let phase = FaultPhase(rawValue: name) else { throw .malformed("phase \(name) is not known") }
            cue = .phase(phase)
        case let other: throw .malformed("trigger \(other) is not known")
        }
        let nth = Int(try reader.integer(UInt32.self))
        self.init(cue, nth: nth, probability: Double(bitPattern: try reader.integer()))
    }
}

extension FaultValue {
    func encode(to writer: inout ByteWriter) {
        switch self {
        case .duration(let value):
            writer.integer(0 as UInt8)
            writer.duration(value)
        case .bytes(let value):
            writer.integer(1 as UInt8)
            writer.integer(value)
        case .bitsPerSecond(let value):
            writer.integer(2 as UInt8)
            writer.integer(value)
        case .number(let value):
            writer.integer(3 as UInt8)
            writer.integer(value.bitPattern)
        case .count(let value):
            writer.integer(4 as UInt8)
            writer.integer(UInt64(clamping: value))
        case .choice(let value):
            writer.integer(5 as UInt8)
            writer.text(value)
        }
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        switch try reader.integer(UInt8.self) {
        case 0: self = .duration(try reader.duration())
        case 1: self = .bytes(try reader.integer())
        case 2: self = .bitsPerSecond(try reader.integer())
        case 3: self = .number(Double(bitPattern: try reader.integer()))
        case 4: self = .count(Int(clamping: try reader.integer(UInt64.self)))
        case 5: self = .choice(try reader.text())
        case let other: throw .malformed("value \(other) is of no kind")
        }
    }
}
