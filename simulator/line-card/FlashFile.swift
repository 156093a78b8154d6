import CardSoftware
import FlashModel
import FlashReport
import Glibc

/// `line-card flash FILE`: a look at a card's flash file.
enum FlashFile {
    /// - Returns: the program's exit code.
    static func show(_ path: String, isJSON: Bool) -> CInt {
        let survey: FlashSurvey
        do throws(FlashStorageError) {
            let model = try FlashModel(inspecting: path)
            do { survey = try FlashSurvey(model) } catch { return refuse("\(path) cannot be shown: \(error)") }
        } catch {
            return refuse(error.inspectionText)
        }
        say(isJSON ? survey.json + "\n" : survey.lines.joined(separator: "\n") + "\n", to: STDOUT_FILENO)
        return EX_OK
    }

    private static func refuse(_ reason: String) -> CInt {
        say("line-card: \(reason)\n", to: STDERR_FILENO)
        return EX_IOERR
    }
}
