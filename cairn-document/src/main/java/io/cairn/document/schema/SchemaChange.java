// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

/**
 * One difference between two versions of a document class, and what it means for the documents that
 * are stored. {@link DocumentSchema#changesTo} finds all. Immutable.
 *
 * @param field the path of the field, as in {@code address.street} and {@code lines[].price}; empty
 *     if the change is one of the whole
 * @param nature what became of it
 * @param effect whether stored documents have to be looked at
 * @param sentence the change and its meaning, for people
 */
public record SchemaChange(String field, Nature nature, Effect effect, String sentence) {

  /** What became of a field. */
  public enum Nature {
    ADDED,
    REMOVED,
    RENAMED,
    WIDENED,
    TYPE_CHANGED,
    VALUES_ADDED,
    VALUES_REMOVED,
    REQUIRED,
    OPTIONAL,
    KIND_CHANGED,
    CONVERTED
  }

  /** Whether a change can do harm. */
  public enum Effect {
    /** Every stored document is read as it is, and nothing of it is lost. */
    COMPATIBLE,
    /** Some stored documents may not be readable, or may lose something. */
    DEPENDS_ON_DOCUMENTS
  }

  /** Whether it can do no harm. */
  public boolean isCompatible() {
    return effect == Effect.COMPATIBLE;
  }

  @Override
  public String toString() {
    return sentence;
  }
}
