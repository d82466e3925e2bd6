// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of a text, as fields with option TEXT are indexed: runs of letters, in lower case. */
public final class Words {
  private Words() {}

  /** The words of a text, in order. */
  public static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            letter -> {
              if (Character.isLetter(letter)) {
                word.appendCodePoint(letter);
              } else {
                flush(word, words);
              }
            });
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString().toLowerCase(Locale.ROOT));
      word.setLength(0);
    }
  }
}
