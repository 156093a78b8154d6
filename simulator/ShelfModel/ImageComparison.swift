import CardProtocol
package import CardSoftware
import Glibc
import SharedBytes
package import SoftwareImage

extension ShelfGroup {
    /// Reads a card's flash from outside and compares it with the group's image, byte for byte.
    ///
    /// - Parameter memory: the image, where it is in memory that cards share: what they hold of that very memory needs no look.
    /// - Returns: nil when an instance holds exactly the image and is valid; else what is wrong.
    package func difference(in inspection: FlashInspection, sharing memory: ImageMemory? = nil) -> String? {
        guard let instance = inspection.instances.firstIndex(where: { $0.isValid && $0.digest == manifest.digest })
        else {
            return "no instance is valid with the image's digest"
        }
        let length = inspection.instances[instance].imageBytes
        guard length == manifest.imageBytes else {
            return "instance \(instance) holds \(length) bytes, not \(manifest.imageBytes)"
        }
        var reader = inspection.reader(ofInstance: instance)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ImageContent.chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        do {
            if let memory {
                offset = reader.skip(SharedBytes(memory, 0..<memory.bytes.count))
                while offset < memory.bytes.count {
                    let end = min(offset + ImageContent.chunkBytes, memory.bytes.count)
                    let expected = UnsafeRawBufferPointer(rebasing: memory.bytes[offset..<end])
                    try compare(expected, with: &reader, through: buffer, at: offset)
                    offset = end
                }
                return nil
            }
            try image.forEachChunk { (expected) throws(ShelfError) in
                try compare(expected, with: &reader, through: buffer, at: offset)
                offset += expected.count
            }
            return nil
        } catch {
            return "instance \(instance): \(error)"
        }
    }

    private func compare(
        _ expected: UnsafeRawBufferPointer, with reader: inout InstanceReader,
        through buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(ShelfError) {
        let seen = UnsafeMutableRawBufferPointer(rebasing: buffer[..<expected.count])
        do {
            guard try reader.read(into: seen) == expected.count else {
                throw ShelfError("the flash ends before byte \(offset + expected.count)")
            }
        } catch let error as ShelfError {
            throw error
        } catch {
            throw ShelfError("the flash cannot be read: \(error)")
        }
        if memcmp(expected.baseAddress!, seen.baseAddress!, expected.count) == 0 { return }
        guard let first = zip(expected, seen).enumerated().first(where: { $1.0 != $1.1 }) else { return }
        throw ShelfError(
            "byte \(offset + first.offset) in flash is \(first.element.1), in the image \(first.element.0)")
    }
}
