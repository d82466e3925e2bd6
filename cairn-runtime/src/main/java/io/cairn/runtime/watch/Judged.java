// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.FilterIndex;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.store.index.DocumentVersion;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A change that is put to filters: its documents are parsed at most once. For one thread. */
final class Judged {
  private final Change change;
  private final StoredForms forms;
  private @Nullable JsonNode now;
  private @Nullable JsonNode before;

  Judged(Change change, StoredForms forms) {
    this.change = change;
    this.forms = forms;
  }

  Change change() {
    return change;
  }

  StoredForms forms() {
    return forms;
  }

  /** What the document is; null if it is gone. */
  @Nullable JsonNode now() {
    if (now == null && change.now() != null) {
      now = tree(change.now());
    }
    return now;
  }

  /** What it was; null if that is not known, or it was not there. */
  @Nullable JsonNode before() {
    if (before == null && change.before() != null) {
      before = tree(change.before());
    }
    return before;
  }

  /** Those whose filters the document may match, or may have matched. */
  <T> Set<T> candidates(FilterIndex<T> filters) {
    Set<T> found = new LinkedHashSet<>();
    if (!change.isBeforeKnown()) {
      filters.forEach(found::add);
      return found;
    }
    filters.forEachCandidate(this::now, description(change.now()), found::add);
    if (change.before() != null) {
      filters.forEachCandidate(this::before, description(change.before()), found::add);
    }
    return found;
  }

  private @Nullable ServiceDocumentDescription description(@Nullable DocumentVersion version) {
    return version == null || version.kind() == null ? null : forms.describe(version.kind());
  }

  private JsonNode tree(DocumentVersion version) {
    return DocumentJson.standard().readTree(forms.present(version).json());
  }
}
