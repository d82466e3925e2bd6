// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What makes an input a finding, beside exceptions that nobody promised. */
public final class Findings {
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(io\\.cairn|tools\\.jackson|java)\\.[a-z]");

  private Findings() {}

  /**
   * Checks what must hold for every input.
   *
   * @throws AssertionError if it does not
   */
  public static void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }

  /**
   * Checks that the message of a refusal is for people: it is there, and names no classes of ours.
   */
  static void checkMessage(RuntimeException refusal, byte[] input) {
    String message = refusal.getMessage();
    String sent = new String(input, StandardCharsets.UTF_8); // may be repeated in it
    check(
        message != null
            && !message.isBlank()
            && (!CLASS_NAME.matcher(message).find() || CLASS_NAME.matcher(sent).find()),
        () -> "a refusal says: " + message);
  }
}
