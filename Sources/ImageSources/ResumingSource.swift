package import Runtime

/// A source that goes on by itself where a session broke: a file server that stumbles, or is started again, costs time and
/// nothing else.
///
/// Each session but the first begins a block before what the sink has, and compares: that shows a server that ignores
/// where it was to begin. Of such a server, and of one that refuses, the image comes from its beginning again, and what the
/// sink has is compared and left out. The sink gets no byte twice.
package struct ResumingSource: ImageSource {
    private let source: any ImageSource
    private let url: String
    private let imageBytes: UInt64?
    private let limits: ResumptionLimits
    private let loop: any Loop
    private let defect: SourceDefect?

    /// - Parameters:
    ///   - url: stands in messages.
    ///   - imageBytes: the image's size by its manifest: a session that ends in order before it has broken, and one that
    ///     breaks after it has not. nil when it is not known.
    package init(
        _ source: any ImageSource, url: String, imageBytes: UInt64?, limits: ResumptionLimits = ResumptionLimits(),
        defect: SourceDefect? = nil, loop: any Loop
    ) {
        self.defect = defect
        self.source = source
        self.url = url
        self.imageBytes = imageBytes
        self.limits = limits
        self.loop = loop
    }

    package func fetch(from start: UInt64, into sink: any ImageSink) async throws(SourceError) {
        try await fetch(from: start, ifUnchanged: nil, into: sink)
    }

    /// - Throws: what no further session would mend: a login that is refused, a missing file, a changed image, the sink's
    ///   refusal, cancellation; what stands in the way from the beginning; or the last of too many interruptions.
    package func fetch(
        from start: UInt64, ifUnchanged expected: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        let continued = ContinuedSink(
            sink, from: start, expected: expected, imageBytes: imageBytes, blockBytes: limits.overlapBytes)
        var failures = 0
        var mark = start
        var resumes = true
        var hasBegunAnew = false
        var comparesAll = false
        while true {
            let next =
                defect == .trustsWhatComes ? continued.delivered.end : continued.delivered.resumptionOffset
            let offset = resumes && !comparesAll ? next : 0
            guard let error = await session(from: offset, into: continued) else { return }
            // A session that began to give what the sink has not has shown that all before it is as it was.
            comparesAll = comparesAll && continued.overlapsStill
            switch verdict(on: error, after: continued, offset: offset, hasBegunAnew: hasBegunAnew) {
            case .final(let error): throw error
            case .fromBeginning:
                resumes = false
                continued.interrupt(error, resumingAfter: .zero)
            case .anew:
                hasBegunAnew = true
                comparesAll = true
                continued.forgetValidator()
                continued.interrupt(error, resumingAfter: .zero)
            case .again:
                if continued.delivered.end - mark >= UInt64(limits.overlapBytes) {
                    failures = 0
                    mark = continued.delivered.end
                }
                failures += 1
                guard failures <= limits.attempts else { throw exhausted(error, at: continued.delivered.end) }
                let delay = limits.delay(afterFailures: failures)
                continued.interrupt(error, resumingAfter: delay)
                do { try await loop.sleep(for: delay) } catch { throw .cancelled }
            }
        }
    }

    /// - Returns: why the session did not bring the image to its end; nil when it did.
    private func session(from offset: UInt64, into continued: ContinuedSink) async -> SourceError? {
        continued.beginSession(from: offset)
        do throws(SourceError) {
            try await source.fetch(from: offset, ifUnchanged: continued.validator, into: continued)
        } catch {
            // The connection was lost after the last byte: the digest tells whether all is well.
            if case .interrupted = error, continued.isComplete { return nil }
            return error
        }
        guard let imageBytes, continued.delivered.end < imageBytes else { return nil }
        let cause = "the server ended it before the \(imageBytes) bytes of the manifest"
        return .interrupted(url: url, receivedBytes: continued.delivered.end, cause: cause)
    }

    private enum Verdict {
        case again, fromBeginning
        /// The server says that it is another file: its bytes are compared from the first one on, once.
        case anew
        case final(SourceError)
    }

    private func verdict(
        on error: SourceError, after continued: ContinuedSink, offset: UInt64, hasBegunAnew: Bool
    ) -> Verdict {
        switch continued.finding {
        case .otherBytes where offset > 0: return .fromBeginning
        case .otherBytes: return .final(.changed(url: url, cause: "its first bytes are others than before"))
        case .otherSize(let size):
            return .final(
                .unsuitable(url: url, cause: "it has \(size) bytes there, and \(imageBytes!) by its manifest"))
        case nil: break
        }
        switch error {
        case .interrupted: return .again
        // Before the first byte it is more likely a slip in the URL than a server that is about to return.
        case .unreachable: return continued.delivered.end > continued.delivered.start ? .again : .final(error)
        case .resumptionRefused: return offset > 0 ? .fromBeginning : .final(error)
        case .changed: return hasBegunAnew ? .final(error) : .anew
        case .untrusted, .loginRefused, .notFound, .unsuitable, .noDonor, .allFailed, .refusedBySink, .cancelled:
            return .final(error)
        }
    }

    private func exhausted(_ error: SourceError, at end: UInt64) -> SourceError {
        let cause = "\(limits.attempts) attempts to go on have failed, the last so: \(error)"
        return .interrupted(url: url, receivedBytes: end, cause: cause)
    }
}
