import CardSoftware
import FlashModel
import FlashReport
import Testing

/// What a person and a program read of a card's flash.
@Suite struct FlashSurveyTests {
    /// A card that came half worn, with two bad blocks, and has got an image that it is to try.
    private static func survey() throws -> FlashSurvey {
        var faults = FlashFaults()
        faults.initialCycles = 20
        faults.blocks = [BlockFault(block: 9, .eraseError), BlockFault(block: 12, .eraseError)]
        var card = try ReportedCard.new(ReportedCard.profile(), faults: faults)
        try ReportedCard.download("2.0", to: &card)
        _ = try card.activate(1, epoch: card.boot.epoch, at: .zero)
        return try FlashSurvey(card.model)
    }

    @Test func theTableAndTheMapTellWhatACardsFlashIsLike() throws {
        #expect(
            try Self.survey().lines == [
                "part          bench, promises 100 cycles, came with 20",
                "geometry      14 erase blocks of 4 KiB, programmed by 256 bytes, read by 16 bytes",
                "capacity      56 KiB; each instance has room for 16 KiB",
                "boot record   sequence 5, epoch 3, 4 whole copies",
                "instance 0    version 1.0, valid, active, committed, not in flash",
                "instance 1    version 2.0, valid, 12288 bytes",
                "trial         instance 1, boots left: 3, 60 s each to be committed",
                "blocks        4 metadata, 4 of each instance, 2 spare (0 free)",
                "erase counts  least 20, mean 20.3, most 21",
                "bad blocks    2: 9 (now in 13), 12",
                "life left     79.0 %, about 79 downloads at the rate so far",
                "",
                "a character is an erase block",
                "   0  mmmm22222R22X2",
                "0-9  tenths of the promised cycles that are used up     +  more than was promised",
                "m  metadata   s  free spare   -  unused   R  bad, a spare stands in its place   X  bad",
            ])
    }

    @Test func theJSONObjectHasTheSame() throws {
        #expect(
            try Self.survey().json
                == #"{"profile":"bench","read_bytes":16,"program_bytes":256,"erase_bytes":4096,"block_count":14,"capacity_bytes":57344,"instance_capacity_bytes":16384,"endurance_cycles":100,"age":20,"boot_record":{"sequence":5,"epoch":3,"copies":4,"instances":[{"version":"1.0","valid":true,"active":true,"committed":true,"bytes":0},{"version":"2.0","valid":true,"active":false,"committed":false,"bytes":12288}],"trial":{"instance":1,"attempts_left":3,"seconds":60},"failure":""},"cycles":{"least":20,"mean":20.357142857142858,"most":21},"life_left":0.79,"downloads_left":79,"bad_blocks":[{"block":9,"spare":13},{"block":12,"spare":null}],"block_cycles":[20,20,20,20,20,20,20,20,21,21,21,20,21,21]}"#
        )
    }

    @Test func aFlashThatNoCardHasUsedSaysSo() throws {
        let survey = try FlashSurvey(FlashModel(ReportedCard.profile()))
        #expect(survey.record == nil)
        #expect(survey.tableLines.contains("boot record   none: no card has used this flash yet"))
        #expect(survey.json.contains(#""boot_record":null"#))
        #expect(survey.tableLines.contains("life left     100.0 %, about 200 downloads into the two instances in turn"))
    }

    @Test func aFlashWithoutAValidRecordSaysWhy() throws {
        var model = FlashModel(try ReportedCard.profile())
        for block in 0..<4 { try model.erase(block: block, at: .zero) }
        let survey = try FlashSurvey(model)
        #expect(survey.recordProblem == CardError.noBootRecord.description)
        #expect(survey.tableLines.contains { $0.hasPrefix("boot record   none: no copy of the boot record") })
    }

    @Test func aFlashTooSmallForACardIsRefused() throws {
        let model = FlashModel(try ReportedCard.profile(blockCount: 4))
        #expect(throws: CardError.flashTooSmall(blockCount: 4, eraseBytes: 4096)) { _ = try FlashSurvey(model) }
    }

    @Test func theMostWornGoodBlockIsWhatEndsTheLife() throws {
        var card = try ReportedCard.new(ReportedCard.profile())
        for _ in 0..<5 { try ReportedCard.download("2.0", to: &card) }
        let survey = try FlashSurvey(card.model)
        // Without an activation all five went into instance 1.
        #expect(survey.blocks[8].erases == 5 && survey.blocks[4].erases == 0)
        #expect(survey.lifeLeft == 0.95)
        #expect(survey.downloadsLeft == 95)
        var model = card.model
        for _ in 0..<95 { try model.erase(block: 4, at: .zero) }
        let old = try FlashSurvey(model)
        #expect(old.lifeLeft == 0.05)
        for _ in 0..<5 { try model.erase(block: 4, at: .zero) }
        let dead = try FlashSurvey(model)
        #expect(dead.lifeLeft == 0 && dead.downloadsLeft == 0)
        #expect(dead.mapLines[1] == "   0  mmmm+0000000ss")
    }

    @Test func aPartWithoutEndHasNoLifeToLose() throws {
        var model = FlashModel(try ReportedCard.profile(endurance: nil))
        try model.erase(block: 5, at: .zero)
        let survey = try FlashSurvey(model)
        #expect(survey.lifeLeft == nil && survey.downloadsLeft == nil)
        #expect(survey.tableLines.contains("life left     without end"))
        #expect(survey.mapLines[1] == "   0  mmmm00000000ss")
    }

    /// The worst block of a group stands for it.
    @Test func aLargeFlashIsShownInGroups() throws {
        var model = FlashModel(try ReportedCard.profile(endurance: 10, blockCount: 4099))
        for _ in 0..<3 { try model.erase(block: 300, at: .zero) }
        let lines = try FlashSurvey(model).mapLines
        #expect(lines[0] == "a character is 4 erase blocks, the worst of them")
        #expect(lines[1].hasPrefix("     0  m00000"))
        #expect(lines[2].hasPrefix("   256  00000000000300000"))
        // 1025 characters in 17 lines; the last blocks are spares.
        #expect(lines[17] == "  4096  s")
        #expect(lines.count == 20)
    }

    @Test func whatAFileSaysCannotMoveTheCursor() throws {
        var card = try ReportedCard.new(ReportedCard.profile())
        try ReportedCard.download("2.0\u{1B}[2J\u{9B}\"\\", to: &card)
        let survey = try FlashSurvey(card.model)
        #expect(survey.lines.contains { $0.contains("version 2.0?[2J?\"\\, valid") })
        #expect(survey.json.contains(#""version":"2.0\u001b[2J"#) && survey.json.contains(#"\"\\""#))
    }

    @Test func whyAFileCannotBeShownIsOneSentence() {
        #expect(
            FlashStorageError.refused(path: "f", field: "size", expected: "10 bytes", found: "9 bytes").inspectionText
                == "f cannot be shown: its size is 9 bytes, and 10 bytes was expected")
        #expect(
            FlashStorageError(path: "f", operation: "open", code: 2).inspectionText
                == "flash file f: open: No such file or directory")
    }
}
