import Progress
import Testing

@Suite struct PainterTests {
    @Test func aSecondFrameIsDrawnOverTheFirst() {
        var painter = ScreenPainter(isColoured: false)
        let lines = [ProgressLine("whole"), ProgressLine("slot 1")]
        #expect(painter.draw(lines, columns: 80) == "\u{1B}[Kwhole\r\n\u{1B}[Kslot 1\r\n\u{1B}[J")
        #expect(painter.draw([ProgressLine("less")], columns: 80) == "\r\u{1B}[2A\u{1B}[Kless\r\n\u{1B}[J")
        #expect(painter.clear(columns: 80) == "\r\u{1B}[1A\u{1B}[J")
        #expect(painter.clear(columns: 80) == "")
    }

    @Test func inATerminalThatWasMadeNarrowerTheOldLinesTakeMoreRows() {
        var painter = ScreenPainter(isColoured: false)
        _ = painter.draw([ProgressLine(String(repeating: "x", count: 79)), ProgressLine("y")], columns: 80)
        #expect(painter.draw([], columns: 20).hasPrefix("\r\u{1B}[5A"))
    }

    @Test func whatIsSaidOnceStaysAbove() {
        var painter = ScreenPainter(isColoured: false)
        _ = painter.draw([ProgressLine("a")], columns: 80)
        let text = painter.draw([ProgressLine("b")], above: [ProgressLine("said")], columns: 80)
        #expect(text == "\r\u{1B}[1A\u{1B}[Ksaid\r\n\u{1B}[Kb\r\n\u{1B}[J")
        #expect(painter.clear(columns: 80) == "\r\u{1B}[1A\u{1B}[J")
    }

    @Test func coloursAreUsedOnlyWhereTheyAreWanted() {
        #expect(ProgressLine("x", .bad).painted(isColoured: false) == "x")
        #expect(ProgressLine("x", .bad).painted(isColoured: true) == "\u{1B}[31mx\u{1B}[0m")
        #expect(ProgressLine("x").painted(isColoured: true) == "x")
    }
}
