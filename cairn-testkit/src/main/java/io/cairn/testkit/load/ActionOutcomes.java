// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.testkit.Answer;
import io.cairn.testkit.history.Action;
import io.cairn.testkit.history.DocumentState;
import io.cairn.testkit.history.Result;
import io.cairn.testkit.history.Seen;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an answer tells of the action that was asked for, by the promises of {@code
 * docs/guarantees.md}: success is done, 4xx, 503 and 507 are not done and left no trace, 408 and
 * the error code for it are unknown. Of other 5xx nothing is promised, so that they are unknown
 * too.
 */
final class ActionOutcomes {

  private static final int NOT_FOUND = 404;
  private static final int TIMEOUT = 408;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;
  private static final int NO_ROOM = 507;

  private ActionOutcomes() {}

  static Result read(Action action, Answer answer) {
    if (answer.isSuccess()) {
      return new Result.Done(action instanceof Action.Delete ? Seen.NOTHING : seen(answer));
    }
    int code = answer.errorCode();
    if (code == ServiceErrorResponse.ERROR_CODE_OUTCOME_UNKNOWN || answer.status() == TIMEOUT) {
      return new Result.Unknown();
    }
    return switch (answer.status()) {
      case NOT_FOUND ->
          action instanceof Action.Create ? new Result.Refused() : new Result.Absent();
      case CONFLICT ->
          code == ServiceErrorResponse.ERROR_CODE_SERVICE_ALREADY_EXISTS
              ? new Result.Exists()
              : new Result.Refused();
      case PRECONDITION_FAILED -> new Result.Mismatch();
      case UNAVAILABLE, NO_ROOM -> new Result.Refused();
      default -> answer.status() < SERVER_ERROR ? new Result.Refused() : new Result.Unknown();
    };
  }

  private static Seen seen(Answer answer) {
    DocumentState state = state(answer);
    return state == null ? Seen.NOTHING : Seen.of(state);
  }

  /** The document in an answer; null if there is none. */
  static @Nullable DocumentState state(Answer answer) {
    if (answer.body().length == 0) {
      return null;
    }
    JsonNode json = answer.json();
    return json.hasNonNull("value")
        ? DocumentState.of(
            json.get("value").asString(),
            json.path("counter").asLong(0),
            json.path("documentVersion").asLong(0))
        : null;
  }
}
