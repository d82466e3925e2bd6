// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.ServiceErrorResponse;
import org.jspecify.annotations.Nullable;

/**
 * A request of a test that was not answered with success: says what was sent, what came back, and
 * what was logged meanwhile. An error, so that a test that does not expect it fails.
 */
public final class RefusedRequest extends AssertionError {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 2_000;

  private final transient Answer answer;

  RefusedRequest(String method, String path, @Nullable String body, Answer answer, String logged) {
    super(text(method, path, body, answer, logged));
    this.answer = answer;
  }

  private static String text(
      String method, String path, @Nullable String body, Answer answer, String logged) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(path).append(" was answered with ");
    text.append(answer.status()).append(": ").append(sentence(answer));
    if (body != null) {
      text.append("\n  sent ").append(cut(body));
    }
    return text.append("\n  got  ").append(cut(answer.text())).append(logged).toString();
  }

  private static String sentence(Answer answer) {
    try {
      String message = answer.as(ServiceErrorResponse.class).message;
      return message == null ? "(no message)" : message;
    } catch (IllegalArgumentException e) {
      return "(no error body)";
    }
  }

  private static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " ...";
  }

  /** Something that is expected to be refused. */
  @FunctionalInterface
  public interface Attempt {
    /** Tries it. */
    void run() throws Exception;
  }

  /**
   * Returns how an attempt was refused.
   *
   * @throws AssertionError if it was not
   */
  public static RefusedRequest by(Attempt attempt) {
    try {
      attempt.run();
    } catch (RefusedRequest refused) {
      return refused;
    } catch (Exception e) {
      throw new AssertionError("It was not refused by a host, but failed: " + e, e);
    }
    throw new AssertionError("It was expected to be refused, and was done");
  }

  /** The status of the answer. */
  public int status() {
    return answer.status();
  }

  /** The sentence of the error body. */
  public String sentence() {
    return sentence(answer);
  }

  /** The whole answer. */
  public Answer answer() {
    return answer;
  }
}
