// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of a text, as fields with option TEXT are indexed: runs of letters, in lower case. */
public final class Words {
  private Words() {}

  /** A word, and where it stands: from a character on to before another. */
  record Place(String word, int start, int end) {}

  /** The words of a text, in order. */
  public static List<String> of(String text) {
    return placesIn(text).stream().map(Place::word).toList();
  }

  /** The words of a text and where they stand, in order. */
  static List<Place> placesIn(String text) {
    List<Place> places = new ArrayList<>();
    int start = -1;
    int at = 0;
    while (at < text.length()) {
      int letter = text.codePointAt(at);
      if (Character.isLetter(letter)) {
        start = start < 0 ? at : start;
      } else if (start >= 0) {
        places.add(place(text, start, at));
        start = -1;
      }
      at += Character.charCount(letter);
    }
    if (start >= 0) {
      places.add(place(text, start, at));
    }
    return places;
  }

  private static Place place(String text, int start, int end) {
    return new Place(text.substring(start, end).toLowerCase(Locale.ROOT), start, end);
  }
}
