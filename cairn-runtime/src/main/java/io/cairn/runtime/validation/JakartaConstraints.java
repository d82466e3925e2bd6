// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.validation;

import io.cairn.document.validation.Violation;
import io.cairn.service.validation.ConstraintChecker;
import jakarta.validation.ConstraintDeclarationException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.validation.metadata.PropertyDescriptor;
import jakarta.validation.valueextraction.ExtractedValue;
import jakarta.validation.valueextraction.UnwrapByDefault;
import jakarta.validation.valueextraction.ValueExtractor;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.validator.HibernateValidator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Checks constraints by Hibernate Validator, which is loaded when the first class with constraints
 * comes. Thread-safe.
 */
public final class JakartaConstraints implements ConstraintChecker {

  private static final Comparator<Violation> ORDER =
      Comparator.comparing(Violation::path)
          .thenComparing(Violation::rule)
          .thenComparing(Violation::message);

  /** Loaded late; it keeps what it has read of classes, and messages it has looked for. */
  private volatile @Nullable Validator loaded;

  /** Made by {@code ServiceLoader}. */
  public JakartaConstraints() {}

  private Validator validator() {
    Validator present = loaded;
    return present == null ? load() : present;
  }

  /** No XML mappings: what a type allows stands in the type. */
  @SuppressWarnings("resource") // as long as anything uses it
  private synchronized Validator load() {
    Validator present = loaded;
    if (present == null) {
      present =
          Validation.byProvider(HibernateValidator.class)
              .configure()
              .ignoreXmlConfiguration()
              .defaultLocale(Locale.ENGLISH)
              .messageInterpolator(new ConstraintMessages())
              .addValueExtractor(new OptionalValues())
              .buildValidatorFactory()
              .getValidator();
      loaded = present;
    }
    return present;
  }

  /** A constraint on an {@code Optional} is about its value, as on an {@code OptionalInt}. */
  @UnwrapByDefault
  private static final class OptionalValues implements ValueExtractor<Optional<@ExtractedValue ?>> {
    @Override
    public void extractValues(Optional<?> optional, ValueReceiver receiver) {
      receiver.value(null, optional == null ? null : optional.orElse(null));
    }
  }

  @Override
  public void forgetTypes() {
    loaded = null;
  }

  @Override
  public List<Violation> violations(Object value) {
    return validator().validate(value).stream()
        .map(JakartaConstraints::violation)
        .distinct()
        .sorted(ORDER)
        .toList();
  }

  @Override
  public void prepare(Class<?> type) {
    Thread.ofVirtual().name("constraints-of-" + type.getSimpleName()).start(() -> read(type));
  }

  private void read(Class<?> type) {
    try {
      Validator validator = validator();
      for (PropertyDescriptor property :
          validator.getConstraintsForClass(type).getConstrainedProperties()) {
        findChecks(validator, type, property.getPropertyName());
      }
    } catch (ValidationException | LinkageError e) {
      LoggerFactory.getLogger(JakartaConstraints.class)
          .error("The constraints of {} cannot be checked", type.getName(), e);
    }
  }

  /** Looks for what checks a property: that there is nothing is found out no earlier. */
  private static void findChecks(Validator validator, Class<?> type, String property) {
    try {
      var _ = validator.validateValue(type, property, null);
    } catch (ConstraintDeclarationException e) {
      throw e;
    } catch (ValidationException e) {
      // A constraint of the author's does not like that there is no value.
    }
  }

  private static Violation violation(ConstraintViolation<?> broken) {
    return new Violation(
        pathOf(broken.getPropertyPath()),
        broken.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName(),
        broken.getMessage());
  }

  /** As clients write it: {@code lines[2].price}, {@code prices[EUR]}; no words for elements. */
  private static String pathOf(Path path) {
    StringBuilder text = new StringBuilder();
    for (Path.Node node : path) {
      if (node.isInIterable()) {
        Object place = node.getKey() != null ? node.getKey() : node.getIndex();
        text.append('[').append(place == null ? "" : place).append(']');
      }
      if (node.getKind() == ElementKind.PROPERTY) {
        text.append(text.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return text.toString();
  }
}
