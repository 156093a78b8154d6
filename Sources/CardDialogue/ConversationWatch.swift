package import Runtime

/// Ends the conversations whose deadline has passed. Owned by one agent, in its isolation.
package final class ConversationWatch {
    private var conversations: [CardConversation] = []

    package init() {}

    package func add(_ conversation: CardConversation) {
        conversations.append(conversation)
    }

    package func remove(_ conversation: CardConversation) {
        conversations.removeAll { $0 === conversation }
    }

    /// Looks at every deadline, again and again, until it is cancelled.
    package func run(on loop: any Loop) async {
        while (try? await loop.sleep(for: ConversationLimits.watchPeriod)) != nil {
            let now = loop.now
            for conversation in conversations { conversation.expire(at: now) }
        }
    }
}
