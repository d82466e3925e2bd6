// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Merges the body of a PATCH into the state of a service. Stateless; states are not locked. */
public final class StateMerge {
  private static final DocumentJson JSON = DocumentJson.standard();

  /** What a merge did. */
  public enum MergeResult {
    /** The body was a request to change collections or maps, not a partial document. */
    SPECIAL_MERGE,
    /** The state differs from before. */
    STATE_CHANGED
  }

  private StateMerge() {}

  /**
   * Takes over the fields that are marked {@code AUTO_MERGE_IF_NOT_NULL} and not null in {@code
   * patch}. Collections and maps are added to what the state holds, other values replace it. An
   * expiration of 0 is ignored.
   *
   * @param source the present state; changed in place
   * @return whether the state changed
   */
  public static <T> boolean mergeWithState(
      ServiceDocumentDescription description, T source, T patch) {
    boolean changed = false;
    for (Map.Entry<String, PropertyDescription> entry :
        description.propertyDescriptions.entrySet()) {
      PropertyDescription property = entry.getValue();
      PropertyAccessor accessor = property.accessor;
      if (accessor != null && property.has(PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)) {
        Object value = accessor.get(patch);
        if (value != null && !isUnsetExpiration(entry.getKey(), value)) {
          changed |= mergeValue(accessor, source, value);
        }
      }
    }
    return changed;
  }

  /**
   * Merges a body of any of the accepted forms: an update request for collections or maps
   * (recognised by its "kind"), or a partial document.
   *
   * @param state the present state; changed in place
   * @param body the body, as a tree or an object
   * @throws IllegalArgumentException when the body names a field that the state does not have
   */
  public static EnumSet<MergeResult> mergeWithStateAdvanced(
      ServiceDocumentDescription description, Object state, Object body) {
    EnumSet<MergeResult> result = EnumSet.noneOf(MergeResult.class);
    Object request = specialRequest(body);
    boolean changed;
    if (request instanceof ServiceStateCollectionUpdateRequest collections) {
      result.add(MergeResult.SPECIAL_MERGE);
      changed = updateCollections(description, state, collections);
    } else if (request instanceof ServiceStateMapUpdateRequest maps) {
      result.add(MergeResult.SPECIAL_MERGE);
      changed = updateMaps(description, state, maps);
    } else {
      changed = mergeWithState(description, state, JSON.convert(body, state.getClass()));
    }
    if (changed) {
      result.add(MergeResult.STATE_CHANGED);
    }
    return result;
  }

  /**
   * Removes items from, then adds items to, collections.
   *
   * @return whether the state changed
   * @throws IllegalArgumentException when a field is unknown or not a collection
   */
  public static boolean updateCollections(
      ServiceDocumentDescription description,
      Object state,
      ServiceStateCollectionUpdateRequest request) {
    boolean changed = false;
    for (var entry : orEmpty(request.itemsToRemove).entrySet()) {
      PropertyAccessor accessor = accessorOf(description, entry.getKey());
      Collection<Object> current = collectionOf(accessor, state, entry.getKey());
      if (current != null && entry.getValue() != null) {
        changed |= current.removeAll(typedCollection(accessor, entry.getValue()));
      }
    }
    for (var entry : orEmpty(request.itemsToAdd).entrySet()) {
      PropertyAccessor accessor = accessorOf(description, entry.getKey());
      Collection<Object> current = collectionOf(accessor, state, entry.getKey());
      if (entry.getValue() != null) {
        Collection<Object> items = typedCollection(accessor, entry.getValue());
        changed |= addAll(accessor, state, current, items);
      }
    }
    return changed;
  }

  /**
   * Removes keys from, then puts entries into, maps.
   *
   * @return whether the state changed
   * @throws IllegalArgumentException when a field is unknown or not a map
   */
  public static boolean updateMaps(
      ServiceDocumentDescription description, Object state, ServiceStateMapUpdateRequest request) {
    boolean changed = false;
    for (var entry : orEmpty(request.keysToRemove).entrySet()) {
      PropertyAccessor accessor = accessorOf(description, entry.getKey());
      Map<Object, Object> current = mapOf(accessor, state, entry.getKey());
      if (current != null && entry.getValue() != null) {
        Collection<String> keys = entry.getValue().stream().map(String::valueOf).toList();
        changed |= current.keySet().removeIf(key -> keys.contains(String.valueOf(key)));
      }
    }
    for (var entry : orEmpty(request.entriesToAdd).entrySet()) {
      PropertyAccessor accessor = accessorOf(description, entry.getKey());
      Map<Object, Object> current = mapOf(accessor, state, entry.getKey());
      if (entry.getValue() != null) {
        changed |= putAll(accessor, state, current, typedMap(accessor, entry.getValue()));
      }
    }
    return changed;
  }

  private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> entries) {
    return entries == null ? Map.of() : entries;
  }

  private static boolean isUnsetExpiration(String name, Object value) {
    return name.equals(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS)
        && ((Number) value).longValue() == 0;
  }

  /** Sets a property; adds to a collection or map. Returns whether the state changed. */
  @SuppressWarnings("unchecked") // both values come from one field, so their types agree
  public static boolean mergeValue(PropertyAccessor accessor, Object state, Object value) {
    Object current = accessor.get(state);
    if (value instanceof Collection<?> items && current instanceof Collection<?> target) {
      return addAll(accessor, state, (Collection<Object>) target, (Collection<Object>) items);
    }
    if (value instanceof Map<?, ?> entries && current instanceof Map<?, ?> target) {
      return putAll(accessor, state, (Map<Object, Object>) target, (Map<Object, Object>) entries);
    }
    if (DocumentContent.sameValue(current, value)) {
      return false;
    }
    accessor.set(state, value);
    return true;
  }

  private static boolean addAll(
      PropertyAccessor accessor,
      Object state,
      @Nullable Collection<Object> current,
      Collection<Object> items) {
    if (current == null) {
      accessor.set(state, items);
      return true;
    }
    return current.addAll(items);
  }

  private static boolean putAll(
      PropertyAccessor accessor,
      Object state,
      @Nullable Map<Object, Object> current,
      Map<Object, Object> entries) {
    if (current == null) {
      accessor.set(state, entries);
      return true;
    }
    boolean changed = false;
    for (Map.Entry<Object, Object> entry : entries.entrySet()) {
      boolean known = current.containsKey(entry.getKey());
      Object previous = current.put(entry.getKey(), entry.getValue());
      changed |= !known || !DocumentContent.sameValue(previous, entry.getValue());
    }
    return changed;
  }

  private static @Nullable Object specialRequest(Object body) {
    if (!(body instanceof JsonNode tree)) {
      return body;
    }
    return switch (tree.path("kind").asString("")) {
      case ServiceStateCollectionUpdateRequest.KIND ->
          JSON.convert(tree, ServiceStateCollectionUpdateRequest.class);
      case ServiceStateMapUpdateRequest.KIND ->
          JSON.convert(tree, ServiceStateMapUpdateRequest.class);
      default -> null;
    };
  }

  private static PropertyAccessor accessorOf(ServiceDocumentDescription description, String name) {
    PropertyDescription property = description.propertyDescriptions.get(name);
    if (property == null || property.accessor == null) {
      throw new IllegalArgumentException("The document has no field '" + name + "'");
    }
    return property.accessor;
  }

  @SuppressWarnings("unchecked") // items are converted to the field's item type before they go in
  private static @Nullable Collection<Object> collectionOf(
      PropertyAccessor accessor, Object state, String name) {
    if (!Collection.class.isAssignableFrom(accessor.type())) {
      throw new IllegalArgumentException("Field '" + name + "' is not a collection");
    }
    return (Collection<Object>) accessor.get(state);
  }

  @SuppressWarnings("unchecked") // entries are converted to the field's types before they go in
  private static @Nullable Map<Object, Object> mapOf(
      PropertyAccessor accessor, Object state, String name) {
    if (!Map.class.isAssignableFrom(accessor.type())) {
      throw new IllegalArgumentException("Field '" + name + "' is not a map");
    }
    return (Map<Object, Object>) accessor.get(state);
  }

  @SuppressWarnings("unchecked")
  private static Collection<Object> typedCollection(PropertyAccessor accessor, Object items) {
    return (Collection<Object>) JSON.convert(items, accessor.genericType());
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> typedMap(PropertyAccessor accessor, Object entries) {
    return (Map<Object, Object>) JSON.convert(entries, accessor.genericType());
  }
}
