// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.document.DocumentJson;
import io.cairn.net.ServerEvent.Payload;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.watch.ChangeSink.Fate;
import io.cairn.store.index.DocumentVersion;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way to all who watch it: what they are sent is made once. Thread-safe; two who
 * need it at the same moment may both make it.
 */
public final class Told {

  private final Change change;
  private final StoredForms forms;
  private volatile @Nullable Payload changed;
  private volatile @Nullable Payload gone;

  Told(Change change, StoredForms forms) {
    this.change = change;
    this.forms = forms;
  }

  /**
   * What is said of a document that is gone, or does not match any more.
   *
   * @param documentVersion the last one; null if that is not known
   */
  record Gone(
      String documentSelfLink,
      @Nullable String documentKind,
      @Nullable Long documentVersion,
      @Nullable Long documentUpdateTimeMicros) {}

  Change change() {
    return change;
  }

  /** What the document is, in its present form; null if it was removed with all versions. */
  public @Nullable DocumentVersion now() {
    DocumentVersion now = change.now();
    return now == null ? null : forms.present(now);
  }

  /** The last version that is known. */
  public @Nullable DocumentVersion last() {
    DocumentVersion now = change.now();
    return now == null ? change.before() : now;
  }

  /** Whether this began the document's life. */
  public boolean isNew() {
    return change.begins();
  }

  /** What whoever watches is sent. */
  Payload payload(Fate fate) {
    DocumentVersion now = change.now();
    if (fate == Fate.CHANGED && now != null) {
      Payload made = changed;
      if (made == null) {
        made = Payload.of(forms.present(now).json());
        changed = made;
      }
      return made;
    }
    Payload made = gone;
    if (made == null) {
      made = Payload.of(DocumentJson.standard().toJson(gone()));
      gone = made;
    }
    return made;
  }

  private Gone gone() {
    DocumentVersion last = last();
    return last == null
        ? new Gone(change.link(), null, null, null)
        : new Gone(change.link(), last.kind(), last.version(), last.updateTimeMicros());
  }
}
