// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Makes the Lucene document of a version: the built-in fields from {@link DocumentVersion}, the
 * others from the JSON, as the kind's description says. Confined to the store's index lock.
 */
public final class DocumentMapper {
  private static final Logger log = LoggerFactory.getLogger(DocumentMapper.class);

  /** Fields of the JSON that are indexed from {@link DocumentVersion} or not at all. */
  private static final Set<String> BUILT_IN =
      Set.of(
          IndexFields.SELF_LINK,
          IndexFields.KIND,
          IndexFields.VERSION,
          IndexFields.UPDATE_TIME,
          IndexFields.UPDATE_ACTION,
          IndexFields.EXPIRATION,
          "documentEpoch",
          "documentOwner",
          "documentSourceLink",
          "documentDescription");

  private final JsonFactory json = new JsonFactory();
  private final KindForms forms;
  private final FieldNames names;

  public DocumentMapper(KindForms forms, FieldNames names) {
    this.forms = forms;
    this.names = names;
  }

  /** The description of a kind, or null. */
  public @Nullable ServiceDocumentDescription describe(@Nullable String kind) {
    return kind == null ? null : forms.describe(kind);
  }

  /** The newest version of its link: everything inverted. */
  public Document full(StoredForm.Entry entry) {
    Document target = withoutContent(entry);
    addContent(entry.document(), target);
    return target;
  }

  /** Notes in an entry that earlier versions of its link are removed with it, up to a number. */
  public static void addTrim(Document entry, long trimmedUpTo) {
    entry.add(new NumericDocValuesField(IndexFields.TRIMMED, trimmedUpTo));
  }

  /**
   * Versions of one link that were superseded before they were indexed, as one entry: what they
   * need is their bytes, and to be found by link, kind and log index. Its version number and update
   * time are the highest of theirs, so that it is removed when the last of them is.
   */
  public static Document packed(List<StoredForm.Entry> entries) {
    Document target = new Document();
    String link = entries.getFirst().document().link();
    target.add(new StringField(IndexFields.LINK_TERM, link, Field.Store.NO));
    Set<String> kinds = new HashSet<>();
    long highest = Long.MIN_VALUE;
    long updated = Long.MIN_VALUE;
    for (StoredForm.Entry entry : entries) {
      String kind = entry.document().kind();
      if (kind != null && kinds.add(kind)) {
        exact(target, IndexFields.exact(IndexFields.KIND), kind);
      }
      highest = Math.max(highest, entry.document().version());
      updated = Math.max(updated, entry.document().updateTimeMicros());
      target.add(
          SortedNumericDocValuesField.indexedField(IndexFields.PACKED_INDEX, entry.logIndex()));
    }
    number(target, IndexFields.VERSION_NUMBER, highest);
    number(target, IndexFields.UPDATE_TIME_NUMBER, updated);
    mark(target, IndexFields.MARK_BARE);
    target.add(new NumericDocValuesField(IndexFields.SUPERSEDED, 1));
    target.add(new StoredField(IndexFields.STORED, StoredForm.encodeAll(entries)));
    return target;
  }

  /** A version that was never the newest: only the built-in fields are inverted. */
  public Document bare(StoredForm.Entry entry) {
    Document target = builtIns(entry);
    mark(target, IndexFields.MARK_BARE);
    target.add(new NumericDocValuesField(IndexFields.SUPERSEDED, 1));
    return target;
  }

  /** The built-in fields only, for a document whose content Lucene does not accept. */
  public Document withoutContent(StoredForm.Entry entry) {
    Document target = builtIns(entry);
    String kind = entry.document().kind();
    KindForms.Form form = kind == null ? null : forms.using(kind);
    if (form != null) {
      mark(target, form.mark());
    }
    return target;
  }

  /** The trace of a purge: nothing that a search could ask for. */
  public static Document trace(StoredForm.Entry purge) {
    Document target = new Document();
    target.add(new StringField(IndexFields.PURGED_LINK, purge.document().link(), Field.Store.NO));
    number(target, IndexFields.PURGED_AT, purge.logIndex());
    mark(target, IndexFields.MARK_PURGE);
    target.add(new NumericDocValuesField(IndexFields.SUPERSEDED, 1));
    target.add(new StoredField(IndexFields.STORED, StoredForm.encode(purge)));
    return target;
  }

  private static Document builtIns(StoredForm.Entry entry) {
    DocumentVersion version = entry.document();
    Document target = new Document();
    BytesRef link = new BytesRef(version.link());
    target.add(new StringField(IndexFields.LINK_TERM, link, Field.Store.NO));
    target.add(new SortedDocValuesField(IndexFields.LINK_SORT, link));
    exact(target, IndexFields.PARENT, IndexFields.parentOf(version.link()));
    if (version.kind() != null) {
      exact(target, IndexFields.exact(IndexFields.KIND), version.kind());
    }
    exact(target, IndexFields.exact(IndexFields.UPDATE_ACTION), version.action());
    number(target, IndexFields.VERSION_NUMBER, version.version());
    number(target, IndexFields.UPDATE_TIME_NUMBER, version.updateTimeMicros());
    if (version.expirationMicros() > 0) {
      number(target, IndexFields.EXPIRATION_NUMBER, version.expirationMicros());
    }
    if (version.isTombstone()) {
      mark(target, IndexFields.MARK_TOMBSTONE);
    }
    if (DocumentVersion.isHidden(version.link())) {
      mark(target, IndexFields.MARK_HIDDEN);
    }
    // One that lost has no place in the order of the log: snapshots of a time never show it.
    String position = entry.isMerged() ? IndexFields.MERGED_INDEX : IndexFields.LOG_INDEX;
    target.add(NumericDocValuesField.indexedField(position, entry.logIndex()));
    target.add(new StoredField(IndexFields.STORED, StoredForm.encode(entry)));
    return target;
  }

  private void addContent(DocumentVersion version, Document target) {
    ServiceDocumentDescription description = describe(version.kind());
    byte[] content =
        description == null || version.kind() == null
            ? version.json()
            : forms.descriptions().present(version.kind(), version.json());
    FieldWriter fields = new FieldWriter(names, target);
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), content)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        addProperty(name, description, parser, fields);
      }
    } catch (JacksonException e) {
      log.warn(
          "{} is not valid JSON from {} on; its other fields are indexed",
          version.link(),
          e.getLocation(),
          e);
    }
  }

  private static void addProperty(
      String name,
      @Nullable ServiceDocumentDescription description,
      JsonParser parser,
      FieldWriter fields) {
    if (IndexFields.PRINCIPAL.equals(name) || IndexFields.TRANSACTION.equals(name)) {
      fields.byShape(name, parser, 0);
    } else if (BUILT_IN.contains(name)) {
      parser.skipChildren();
    } else if (description == null) {
      fields.byShape(name, parser, 0);
    } else {
      PropertyDescription property = description.propertyDescriptions.get(name);
      if (property == null) {
        parser.skipChildren();
      } else {
        fields.byDescription(name, property, parser, new FieldWriter.Depth(0, false));
      }
    }
  }

  private static void exact(Document target, String field, String value) {
    target.add(new StringField(field, ExactToken.of(value), Field.Store.NO));
  }

  private static void number(Document target, String field, long value) {
    target.add(new LongField(field, value, Field.Store.NO));
  }

  private static void mark(Document target, String mark) {
    target.add(new StringField(IndexFields.MARK, mark, Field.Store.NO));
  }
}
