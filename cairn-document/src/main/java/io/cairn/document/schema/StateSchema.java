// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import io.cairn.document.DocumentEnvelope;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the documents of a kind are brought from the form in which they are stored to the form of
 * their class: converters first, then former names and fields that were given up. Also keeps what
 * the class does not know: another version of it, perhaps on another node, does. Thread-safe.
 */
public final class StateSchema {
  private static final DocumentJson JSON = DocumentJson.standard();

  private static final Set<Class<? extends Annotation>> MAKE_VISIBLE =
      Set.of(
          JsonProperty.class,
          JsonGetter.class,
          JsonSetter.class,
          JsonAnyGetter.class,
          JsonAnySetter.class,
          JsonUnwrapped.class,
          JsonValue.class);

  private final Class<?> type;
  private final DocumentSchema schema;
  private final FieldSchema content;
  private final SchemaUpgrades upgrades;

  /** The old names with quotation marks around them, to tell quickly that a document has none. */
  private final byte[][] oldNames;

  private final boolean knowsItsFields;

  private StateSchema(Class<?> type, DocumentSchema schema, SchemaUpgrades upgrades) {
    this.type = type;
    this.schema = schema;
    this.content = schema.content();
    this.upgrades = upgrades;
    Set<String> names = new TreeSet<>();
    StoredFields.oldNames(content, names);
    this.oldNames =
        names.stream()
            .map(name -> ('"' + name + '"').getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    this.knowsItsFields = !writesItsOwnWay(type);
  }

  /**
   * The documents of a class.
   *
   * @param type a record, or a class that extends {@link ServiceDocument}
   * @throws IllegalArgumentException if the annotations of the class contradict each other
   */
  public static StateSchema of(Class<?> type, String kind, SchemaUpgrades upgrades) {
    return new StateSchema(type, DocumentSchema.of(type, kind, upgrades.version()), upgrades);
  }

  /** A class that tells the JSON codec how to write it may have fields that nobody else sees. */
  private static boolean writesItsOwnWay(Class<?> type) {
    for (Class<?> one = type;
        one != ServiceDocument.class && one != null;
        one = one.getSuperclass()) {
      if (Arrays.stream(one.getDeclaredMethods()).anyMatch(method -> isVisible(method, type))
          || Arrays.stream(one.getDeclaredFields()).anyMatch(field -> isVisible(field, type))) {
        return true;
      }
    }
    return false;
  }

  private static <E extends AnnotatedElement & Member> boolean isVisible(E member, Class<?> type) {
    boolean described =
        type.isRecord() || (member instanceof Field && Modifier.isPublic(member.getModifiers()));
    return Arrays.stream(member.getDeclaredAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(one -> MAKE_VISIBLE.contains(one) && !(described && one == JsonProperty.class));
  }

  /** The description of the present form. */
  public DocumentSchema schema() {
    return schema;
  }

  /** The version that stands in a document of the present form; null for none, which is 0. */
  public @Nullable Integer stamp() {
    return schema.version() == 0 ? null : schema.version();
  }

  /** Whether stored documents have the present form, whatever version of the class wrote them. */
  public boolean isUnchanging() {
    return oldNames.length == 0 && schema.version() == 0;
  }

  /**
   * How stored documents are brought into the present form, as a short text: what was indexed as
   * read otherwise is to be indexed anew. Empty if they are read as they are stored.
   */
  public String reading() {
    if (isUnchanging()) {
      return "";
    }
    StringBuilder text = new StringBuilder().append(schema.version());
    for (byte[] name : oldNames) {
      text.append(' ').append(new String(name, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  /**
   * Brings a stored document into the present form.
   *
   * @return the array itself if it has it already, or was written by a later version of the class
   * @throws IllegalStateException if a converter fails
   */
  public byte[] present(byte[] json) {
    int stored = schema.version() == 0 ? 0 : DocumentEnvelope.schemaVersion(json);
    if (stored >= schema.version() && !mentionsOldName(json)) {
      return json;
    }
    if (!(JSON.readTree(json) instanceof ObjectNode document)) {
      return json;
    }
    boolean changed = stored < schema.version();
    if (changed) {
      convert(stored, document);
    }
    changed |= StoredFields.rename(document, content);
    return changed ? JSON.toBytes(document) : json;
  }

  private void convert(int stored, ObjectNode document) {
    try {
      upgrades.apply(stored, document);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "The document could not be converted from schema version %d to %d: %s"
              .formatted(stored, schema.version(), e.getMessage()),
          e);
    }
    document.put(ServiceDocument.FIELD_NAME_SCHEMA_VERSION, schema.version());
  }

  private boolean mentionsOldName(byte[] json) {
    for (byte[] name : oldNames) {
      if (contains(json, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(byte[] text, byte[] part) {
    for (int at = 0; at <= text.length - part.length; at++) {
      if (text[at] == part[0] && Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A name that a field had.
   *
   * @param path of the field, as queries name it
   * @param former the path with the former name
   */
  public record Renaming(String path, String former) {}

  /** The former names of fields, as queries name them; those inside of maps are left out. */
  public List<Renaming> renamings() {
    List<Renaming> found = new ArrayList<>();
    collectRenamings("", content, found);
    return found;
  }

  private static void collectRenamings(String prefix, FieldSchema object, List<Renaming> found) {
    object
        .fields()
        .forEach(
            (name, field) -> {
              for (String former : field.formerNames()) {
                found.add(new Renaming(prefix + name, prefix + former));
              }
              FieldSchema items = field.items();
              if (items == null) {
                collectRenamings(prefix + name + '.', field, found);
              } else if (field.is("list")) {
                collectRenamings(prefix + name + ".item.", items, found);
              }
            });
  }

  /**
   * Whether a document was written by a later version of the class, of whose form nothing is known.
   */
  public boolean isAhead(byte[] json) {
    return DocumentEnvelope.schemaVersion(json) > schema.version();
  }

  /**
   * Whether a document of the present form has fields, at any depth, that the class does not know.
   */
  public boolean hasUnknownFields(byte[] json) {
    return knowsItsFields
        && JSON.readTree(json) instanceof ObjectNode document
        && StoredFields.hasUnknown(document, content, true);
  }

  /**
   * Adds to the next version of a document what the present one has and the class does not know.
   *
   * @param present in the present form
   * @param next as the class wrote it
   */
  public byte[] withUnknownFields(byte[] present, byte[] next) {
    if (JSON.readTree(present) instanceof ObjectNode before
        && JSON.readTree(next) instanceof ObjectNode after) {
      StoredFields.keep(before, after, content, true);
      return JSON.toBytes(after);
    }
    return next;
  }

  /**
   * A document of the present form as the class writes it: with its defaults, and without what it
   * does not know.
   *
   * @throws IllegalArgumentException if the class cannot read it
   */
  public ObjectNode rewritten(JsonNode document) {
    JsonNode written = JSON.toTree(JSON.convert(document, type));
    if (!(written instanceof ObjectNode result)) {
      throw new IllegalStateException(type.getName() + " is not written as an object");
    }
    if (!ServiceDocument.class.isAssignableFrom(type)) {
      for (Map.Entry<String, JsonNode> member : document.properties()) {
        if (ServiceDocument.isBuiltInDocumentField(member.getKey())) {
          result.set(member.getKey(), member.getValue());
        }
      }
    }
    return result;
  }

  /** Whether two documents have the same content in the same form, whatever their versions. */
  public static boolean isSameForm(byte[] one, byte[] other) {
    return DocumentEnvelope.schemaVersion(one) == DocumentEnvelope.schemaVersion(other)
        && contentOf(one).equals(contentOf(other));
  }

  private static JsonNode contentOf(byte[] json) {
    JsonNode tree = JSON.readTree(json);
    if (tree instanceof ObjectNode object) {
      object.remove(
          object.propertyNames().stream().filter(ServiceDocument::isBuiltInDocumentField).toList());
    }
    return tree;
  }
}
