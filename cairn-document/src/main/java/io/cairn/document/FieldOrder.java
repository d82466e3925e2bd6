// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocument.UsageOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;

/**
 * Writes the fields of the most derived class first and those of {@link ServiceDocument} last, as
 * clients of the predecessor are used to; and leaves out the fields that the options exclude.
 */
final class FieldOrder extends ValueSerializerModifier {
  private static final long serialVersionUID = 1L;

  private final EnumSet<JsonOption> options = EnumSet.noneOf(JsonOption.class);

  FieldOrder(Set<JsonOption> options) {
    this.options.addAll(options);
  }

  @Override
  public List<BeanPropertyWriter> orderProperties(
      SerializationConfig config,
      BeanDescription.Supplier bean,
      List<BeanPropertyWriter> properties) {
    List<BeanPropertyWriter> result = new ArrayList<>(properties);
    result.removeIf(this::isExcluded);
    // Fields of one class keep the order of their declaration: the sort is stable.
    result.sort(Comparator.comparingInt(FieldOrder::depth).reversed());
    return result;
  }

  private boolean isExcluded(BeanPropertyWriter property) {
    AnnotatedMember member = property.getMember();
    return (options.contains(JsonOption.EXCLUDE_BUILTIN)
            && member.getDeclaringClass() == ServiceDocument.class)
        || (options.contains(JsonOption.EXCLUDE_SENSITIVE) && isSensitive(member));
  }

  private static boolean isSensitive(AnnotatedMember member) {
    PropertyOptions all = member.getAnnotation(PropertyOptions.class);
    UsageOption one = member.getAnnotation(UsageOption.class);
    UsageOptions several = member.getAnnotation(UsageOptions.class);
    return (all != null && Arrays.asList(all.usage()).contains(PropertyUsageOption.SENSITIVE))
        || (one != null && one.option() == PropertyUsageOption.SENSITIVE)
        || (several != null
            && Arrays.stream(several.value())
                .anyMatch(usage -> usage.option() == PropertyUsageOption.SENSITIVE));
  }

  private static int depth(BeanPropertyWriter property) {
    int depth = 0;
    for (Class<?> type = property.getMember().getDeclaringClass();
        type != null;
        type = type.getSuperclass()) {
      depth++;
    }
    return depth;
  }
}
