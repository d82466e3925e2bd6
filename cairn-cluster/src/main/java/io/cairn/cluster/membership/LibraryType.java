// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the library's message classes. They are not public, but all are {@link Externalizable},
 * which is a public contract: this hands them an output that only collects the fields in their
 * order, and an input that only hands them out again. Nothing is ever serialized by the JDK.
 */
final class LibraryType {

  private final Constructor<? extends Externalizable> constructor;

  /** Fails at once if the library is not the one that we know. */
  LibraryType(String name) {
    try {
      constructor = Class.forName(name).asSubclass(Externalizable.class).getDeclaredConstructor();
      constructor.setAccessible(true);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("not the membership library that is known: " + name, e);
    }
  }

  static Object constant(String enumName, String name) {
    try {
      for (Object constant : Class.forName(enumName).getEnumConstants()) {
        if (constant.toString().equals(name)) {
          return constant;
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("not the membership library that is known: " + enumName, e);
    }
    throw new IllegalStateException("not the membership library that is known: " + name);
  }

  Object make(@Nullable Object... fields) {
    Iterator<@Nullable Object> rest = Arrays.asList(fields).iterator();
    ObjectInput input =
        (ObjectInput)
            Proxy.newProxyInstance(
                LibraryType.class.getClassLoader(),
                new Class<?>[] {ObjectInput.class},
                (proxy, method, arguments) -> {
                  if (!method.getName().equals("readFully")) {
                    return rest.next();
                  }
                  byte[] target = (byte[]) arguments[0];
                  System.arraycopy((byte[]) rest.next(), 0, target, 0, target.length);
                  return null;
                });
    try {
      Externalizable made = constructor.newInstance();
      made.readExternal(input);
      return made;
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<@Nullable Object> fields(@Nullable Object message) {
    if (!(message instanceof Externalizable externalizable)) {
      throw new IllegalStateException("not a message of the membership library: " + message);
    }
    List<@Nullable Object> fields = new ArrayList<>();
    ObjectOutput output =
        (ObjectOutput)
            Proxy.newProxyInstance(
                LibraryType.class.getClassLoader(),
                new Class<?>[] {ObjectOutput.class},
                (proxy, method, arguments) -> {
                  fields.add(arguments[0]);
                  return null;
                });
    try {
      externalizable.writeExternal(output);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return fields;
  }
}
