// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps document classes to kind strings and back.
 *
 * <p>The kind of a class is, in this order: the value of its {@link DocumentKind} annotation, the
 * kind registered for it, its canonical name with {@code ':'} for {@code '.'}. Thread-safe. Memory
 * is bounded by the number of registered classes.
 */
public final class DocumentKinds {
  /** The registry of this process: what a class is called is the same for every host in it. */
  private static final DocumentKinds SHARED = new DocumentKinds();

  /** Class to its kind when nothing was registered; entries die with their class. */
  private static final ClassValue<String> DECLARED =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          DocumentKind annotation = type.getAnnotation(DocumentKind.class);
          return annotation != null ? annotation.value() : derive(type);
        }
      };

  private final ConcurrentHashMap<Class<?>, String> kindByType = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Class<?>> typeByKind = new ConcurrentHashMap<>();

  /** Creates an empty registry. */
  public DocumentKinds() {}

  /** Returns the registry that this process shares. */
  public static DocumentKinds shared() {
    return SHARED;
  }

  /** Returns the kind of {@code type}. */
  public String kindOf(Class<?> type) {
    if (!kindByType.isEmpty() && !type.isAnnotationPresent(DocumentKind.class)) {
      String registered = kindByType.get(type);
      if (registered != null) {
        return registered;
      }
    }
    return DECLARED.get(type);
  }

  /**
   * Makes {@code type} known under its own kind, so that {@link #typeOf} finds it.
   *
   * @return the kind
   */
  public String register(Class<?> type) {
    String kind = kindOf(type);
    typeByKind.put(kind, type);
    return kind;
  }

  /**
   * Makes {@code type} known under {@code kind}. A {@link DocumentKind} annotation still decides
   * what {@link #kindOf} says; {@code kind} then only leads to the class, which is how an alias is
   * made.
   */
  public void register(Class<?> type, String kind) {
    if (kind.isBlank()) {
      throw new IllegalArgumentException("kind of " + type.getName() + " must not be blank");
    }
    kindByType.put(type, kind);
    typeByKind.put(kind, type);
  }

  /** Forgets the classes of a loader, which is not used any more. */
  public void forget(ClassLoader loader) {
    kindByType.keySet().removeIf(type -> loader.equals(type.getClassLoader()));
    typeByKind.values().removeIf(type -> loader.equals(type.getClassLoader()));
  }

  /** Returns the class that was registered under {@code kind}. */
  public Optional<Class<?>> typeOf(String kind) {
    return Optional.ofNullable(typeByKind.get(kind));
  }

  private static String derive(Class<?> type) {
    String name = type.getCanonicalName();
    // Local and anonymous classes have no canonical name; their binary name is unique as well.
    return (name != null ? name : type.getName()).replace('.', ':');
  }
}
