// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter.UnsupportedPropertyException;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Shows where in a document a query has found its texts. It looks at the document itself, by the
 * rules of {@link QueryFilter}, so it can be asked on any node. Immutable.
 */
public final class Highlighter {
  /** Later characters of a value are not looked at. */
  static final int MAX_TEXT = 100_000;

  /** Terms that are looked for in one field; a list of values may have many. */
  private static final int MAX_TERMS = 1_000;

  private static final String ITEM = "." + QuerySpecification.COLLECTION_FIELD_SUFFIX;

  private final Highlight asked;
  private final Map<String, Map<PropertyPath, List<ValueMatcher>>> byField;

  private Highlighter(Highlight asked, Map<String, Map<PropertyPath, List<ValueMatcher>>> byField) {
    this.asked = asked;
    this.byField = byField;
  }

  /**
   * What shows a query's matches.
   *
   * @return null if it does not ask for that
   * @throws IllegalArgumentException if it asks for fields of which it wants no text
   */
  public static @Nullable Highlighter of(QuerySpecification specification) {
    Highlight asked = specification.highlight;
    if (asked == null) {
      return null;
    }
    asked.validate();
    Map<String, Map<PropertyPath, List<ValueMatcher>>> found = new LinkedHashMap<>();
    addTerms(specification.query, found);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "highlight: the query asks for no text: let it, or leave highlight out");
    }
    if (asked.fields == null) {
      if (found.size() > Highlight.MAX_FIELDS) {
        throw new IllegalArgumentException(
            "highlight: the query asks for texts of %d fields: name 1 to %d of them in fields"
                .formatted(found.size(), Highlight.MAX_FIELDS));
      }
      return new Highlighter(asked, found);
    }
    Map<String, Map<PropertyPath, List<ValueMatcher>>> byField = new LinkedHashMap<>();
    for (String field : asked.fields) {
      Map<PropertyPath, List<ValueMatcher>> terms = found.get(written(field));
      if (terms == null) {
        throw new IllegalArgumentException(
            "highlight: the query asks for no text of %s; it does of %s"
                .formatted(field, found.keySet()));
      }
      byField.put(field, terms);
    }
    return new Highlighter(asked, byField);
  }

  /** A name as it is written where it is not told that a field is a collection. */
  private static String written(String name) {
    String plain = name.replace(ITEM + ".", ".");
    return plain.endsWith(ITEM) ? plain.substring(0, plain.length() - ITEM.length()) : plain;
  }

  private static void addTerms(
      Query query, Map<String, Map<PropertyPath, List<ValueMatcher>>> found) {
    if (query.occurance == Occurance.MUST_NOT_OCCUR) {
      return;
    }
    if (query.booleanClauses != null) {
      query.booleanClauses.forEach(clause -> addTerms(clause, found));
    }
    QueryTerm term = query.term;
    if (term == null || term.propertyName == null || term.matchValue == null) {
      return;
    }
    ValueMatcher matcher = ValueMatcher.of(term);
    if (!ServiceDocument.isBuiltInDocumentField(term.propertyName)
        && !matcher.matchesEverything()) {
      List<ValueMatcher> matchers =
          found
              .computeIfAbsent(written(term.propertyName), _ -> new LinkedHashMap<>())
              .computeIfAbsent(PropertyPath.parse(term.propertyName), _ -> new ArrayList<>());
      if (matchers.size() < MAX_TERMS) {
        matchers.add(matcher);
      }
    }
  }

  /**
   * The pieces of a document in which the query has found its texts.
   *
   * @return by the names of fields; those in which nothing was found are left out
   */
  public Map<String, List<String>> show(
      JsonNode document, @Nullable ServiceDocumentDescription description) {
    Map<String, List<String>> shown = new LinkedHashMap<>();
    byField.forEach(
        (field, terms) -> {
          // The same text may be looked at by several names.
          Set<String> pieces = new LinkedHashSet<>();
          terms.forEach(
              (path, matchers) -> {
                Marking marking = new Marking(matchers, asked);
                try {
                  var _ = new PropertyValues(document, description).anyMatches(path, marking);
                } catch (UnsupportedPropertyException _) {
                  return; // this kind does not index it
                }
                pieces.addAll(marking.pieces);
              });
          if (!pieces.isEmpty()) {
            shown.put(field, pieces.stream().limit(asked.fragmentsWanted()).toList());
          }
        });
    return shown;
  }

  /** A part of a text. */
  private record Range(int start, int end) {}

  /** Looks at the values of a property until it has enough pieces. Used by one thread. */
  static final class Marking implements ValueMatcher {
    private final List<ValueMatcher> matchers;
    private final Highlight asked;
    private final List<String> pieces = new ArrayList<>();

    private Marking(List<ValueMatcher> matchers, Highlight asked) {
      this.matchers = matchers;
      this.asked = asked;
    }

    @Override
    public boolean matches(String text, TextForm form) {
      String read = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
      List<Range> found = form == TextForm.WORDS ? words(read) : whole(read, form);
      cut(read, found);
      return pieces.size() >= asked.fragmentsWanted();
    }

    private List<Range> whole(String text, TextForm form) {
      String indexed = form == TextForm.LOWER_CASE ? text.toLowerCase(Locale.ENGLISH) : text;
      return matchers.stream().anyMatch(matcher -> matcher.matchesText(indexed))
          ? List.of(new Range(0, Math.min(text.length(), asked.size())))
          : List.of();
    }

    /** Where words stand that were looked for, in order; what overlaps is one. */
    private List<Range> words(String text) {
      List<Words.Place> places = Words.placesIn(text);
      List<String> words = places.stream().map(Words.Place::word).toList();
      List<Range> all = new ArrayList<>();
      for (ValueMatcher matcher : matchers) {
        if (matcher instanceof Phrase phrase) {
          addPhrases(phrase.wantedWords(), words, places, all);
        } else {
          places.stream()
              .filter(place -> matcher.matchesText(place.word()))
              .forEach(place -> all.add(new Range(place.start(), place.end())));
        }
      }
      all.sort(Comparator.comparingInt(Range::start).thenComparingInt(Range::end));
      List<Range> apart = new ArrayList<>();
      for (Range range : all) {
        Range last = apart.isEmpty() ? null : apart.getLast();
        if (last != null && range.start() < last.end()) {
          apart.set(apart.size() - 1, new Range(last.start(), Math.max(last.end(), range.end())));
        } else {
          apart.add(range);
        }
      }
      return apart;
    }

    private static void addPhrases(
        List<String> wanted, List<String> words, List<Words.Place> places, List<Range> all) {
      int length = wanted.size();
      for (int i = 0; length > 0 && i + length <= words.size(); i++) {
        if (words.subList(i, i + length).equals(wanted)) {
          all.add(new Range(places.get(i).start(), places.get(i + length - 1).end()));
        }
      }
    }

    /** Cuts out pieces with the parts that were found, which are marked in them. */
    private void cut(String text, List<Range> found) {
      int end = 0;
      int next = 0;
      while (next < found.size() && pieces.size() < asked.fragmentsWanted()) {
        Range first = found.get(next);
        int before = Math.min(asked.size() / 4, asked.size() - (first.end() - first.start()));
        int from = Math.max(end, first.start() - Math.max(0, before));
        int start = beginning(text, from, first.start());
        end =
            ending(
                text,
                Math.max(first.end(), Math.min(text.length(), start + asked.size())),
                first.end());
        StringBuilder piece = new StringBuilder();
        int written = start;
        while (next < found.size() && found.get(next).end() <= end) {
          Range range = found.get(next++);
          piece.append(text, written, range.start()).append(asked.before());
          piece.append(text, range.start(), range.end()).append(asked.behind());
          written = range.end();
        }
        pieces.add(piece.append(text, written, end).toString().strip());
      }
    }

    /** Moves forwards to where a word begins, unless that is behind a limit. */
    private static int beginning(String text, int from, int limit) {
      int start = from;
      while (start > 0 && start < limit && !isBetweenWords(text, start)) {
        start++;
      }
      return start;
    }

    /** Moves back to where a word ends, unless that is before a limit. */
    private static int ending(String text, int from, int limit) {
      int end = from;
      while (end < text.length() && end > limit && !isBetweenWords(text, end)) {
        end--;
      }
      return end;
    }

    private static boolean isBetweenWords(String text, int place) {
      return !isInWord(text.charAt(place - 1)) || !isInWord(text.charAt(place));
    }

    /** Surrogates are taken to be in a word, so that no pair is divided. */
    private static boolean isInWord(char character) {
      return Character.isLetterOrDigit(character) || Character.isSurrogate(character);
    }
  }
}
