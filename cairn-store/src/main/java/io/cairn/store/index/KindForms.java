// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The forms by which documents of each kind are indexed now, and those by which one index may hold
 * some of them still: after a description has changed, until all are indexed anew. Thread-safe.
 */
public final class KindForms {
  /** Of each kind, so many forms are remembered; what has an older one is taken to mislead. */
  private static final int MAX_KNOWN = 16;

  private final DescriptionSource descriptions;
  private final Map<String, Form> present = new ConcurrentHashMap<>();

  /** What is known of each form that this index has used, by its mark. */
  private final Map<String, Used> used = new ConcurrentHashMap<>();

  /** The mark of the form that all newest versions of a kind have. */
  private final Map<String, String> settled = new ConcurrentHashMap<>();

  /** The generation of descriptions in which all kinds were settled. */
  private volatile long settledAt = Long.MIN_VALUE;

  public KindForms(DescriptionSource descriptions) {
    this.descriptions = descriptions;
  }

  /**
   * How a kind is indexed.
   *
   * @param mark what documents carry that are indexed so
   * @param fields for each property what decides about it, as {@link IndexForm#fields}
   */
  public record Form(
      String kind,
      ServiceDocumentDescription description,
      String mark,
      Map<String, String> fields) {}

  private record Used(String kind, Map<String, String> fields) {}

  /** The description of a kind, or null. */
  @Nullable ServiceDocumentDescription describe(String kind) {
    return descriptions.describe(kind);
  }

  DescriptionSource descriptions() {
    return descriptions;
  }

  /** How a kind is indexed now; null if nobody has described it. */
  @SuppressWarnings("ReferenceEquality") // a description does not change once it is in use
  public @Nullable Form present(String kind) {
    ServiceDocumentDescription description = descriptions.describe(kind);
    if (description == null) {
      return null;
    }
    Form known = present.get(kind);
    if (known == null || known.description() != description) {
      String reading = descriptions.reading(kind);
      String mark = IndexFields.MARK_FORM + IndexForm.of(description, reading);
      known = new Form(kind, description, mark, IndexForm.fields(description, reading));
      present.put(kind, known);
    }
    return known;
  }

  /** How a kind is indexed now, to be remembered because a document is about to be. */
  @Nullable Form using(String kind) {
    Form form = present(kind);
    if (form != null && !used.containsKey(form.mark())) {
      if (used.values().stream().filter(one -> one.kind().equals(kind)).count() >= MAX_KNOWN) {
        used.values().removeIf(one -> one.kind().equals(kind));
      }
      used.put(form.mark(), new Used(kind, form.fields()));
    }
    return form;
  }

  /**
   * All newest versions of a kind were found to have a form, and whatever is written from now on
   * will.
   */
  public void settle(Form form) {
    settled.put(form.kind(), form.mark());
  }

  /** Whether no newest version of a kind has another form than the present one. */
  public boolean isSettled(String kind) {
    Form form = present(kind);
    return form == null || form.mark().equals(settled.get(kind));
  }

  /**
   * The kinds of which a newest version may have another form than the present one. Asked before a
   * reader is taken, it holds for that reader.
   *
   * @param asked the kinds that matter; if there are none, all do
   */
  public List<Form> unsettled(Collection<String> asked) {
    long generation = descriptions.generation();
    if (settledAt == generation) {
      return List.of();
    }
    List<Form> unsettled =
        forms(asked).stream()
            .filter(form -> !form.mark().equals(settled.get(form.kind())))
            .toList();
    if (asked.isEmpty() && unsettled.isEmpty() && generation % 2 == 0) {
      settledAt = generation;
    }
    return unsettled;
  }

  /** The present forms of some kinds, as far as they are described; of all if none are named. */
  public List<Form> forms(Collection<String> asked) {
    return (asked.isEmpty() ? descriptions.kinds() : asked)
        .stream().map(this::present).filter(form -> form != null).toList();
  }

  /**
   * What former forms of a kind index otherwise than it is indexed now, by the marks of those that
   * are known.
   *
   * @param properties names as they are indexed, of which each set holds some; those of fields
   *     within fields included
   */
  public Map<String, Set<String>> changes(Form now, Set<String> properties) {
    Map<String, Set<String>> changes = new HashMap<>();
    used.forEach(
        (mark, form) -> {
          if (form.kind().equals(now.kind()) && !mark.equals(now.mark())) {
            changes.put(mark, IndexForm.changes(now.fields(), form.fields(), properties));
          }
        });
    return changes;
  }

  // What a commit says about forms, so that documents can be told apart after a restart.

  /** Adds what is known to the user data of a commit. */
  public void addTo(Map<String, String> userData) {
    used.forEach(
        (mark, form) -> userData.put(mark, form.kind() + '\n' + IndexForm.text(form.fields())));
  }

  /** Takes up what a commit says. */
  public void learn(@Nullable Iterable<Map.Entry<String, String>> userData) {
    if (userData == null) {
      return;
    }
    for (Map.Entry<String, String> entry : userData) {
      int end = entry.getValue().indexOf('\n');
      if (entry.getKey().startsWith(IndexFields.MARK_FORM) && end > 0) {
        used.put(
            entry.getKey(),
            new Used(
                entry.getValue().substring(0, end),
                IndexForm.parse(entry.getValue().substring(end + 1))));
      }
    }
  }
}
