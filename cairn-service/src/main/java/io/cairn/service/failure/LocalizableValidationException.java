// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * A request was invalid, said in a way that can be translated: the code is looked up in the
 * resource bundle {@value #BUNDLE} of the application's class path. Patterns, both the bundle's and
 * the default message, follow {@link MessageFormat} and are formatted with the arguments.
 */
public class LocalizableValidationException extends IllegalArgumentException {
  /** Base name of the resource bundles, {@code messages_de.properties} and so on. */
  public static final String BUNDLE = "messages";

  private static final long serialVersionUID = 1L;

  private final String errorMessageCode;
  private final transient Object[] arguments;

  /**
   * A failure without cause.
   *
   * @param message the pattern used when no translation exists
   * @param errorMessageCode the key of the translation
   */
  public LocalizableValidationException(
      String message, String errorMessageCode, Object... arguments) {
    this(null, message, errorMessageCode, arguments);
  }

  /** As the other form, with a cause. */
  public LocalizableValidationException(
      @Nullable Throwable cause, String message, String errorMessageCode, Object... arguments) {
    super(format(message, arguments, Locale.ENGLISH), cause);
    this.errorMessageCode = errorMessageCode;
    this.arguments = arguments.clone();
  }

  /** The key of the translation. */
  public String getErrorMessageCode() {
    return errorMessageCode;
  }

  /** What fills the pattern's places. */
  public Object[] getArguments() {
    return arguments.clone();
  }

  /**
   * The message in the first language of {@code acceptLanguage} (an {@code Accept-Language} header)
   * for which a translation exists, else the default message.
   */
  public String getMessage(@Nullable String acceptLanguage) {
    if (acceptLanguage != null && !acceptLanguage.isBlank()) {
      for (Locale locale : localesOf(acceptLanguage)) {
        String translated = translate(locale);
        if (translated != null) {
          return translated;
        }
      }
    }
    String message = getMessage();
    return message == null ? errorMessageCode : message;
  }

  private @Nullable String translate(Locale locale) {
    try {
      ResourceBundle bundle =
          ResourceBundle.getBundle(
              BUNDLE,
              locale,
              bundleLoader(),
              ResourceBundle.Control.getNoFallbackControl(
                  ResourceBundle.Control.FORMAT_PROPERTIES));
      return format(bundle.getString(errorMessageCode), arguments, locale);
    } catch (MissingResourceException e) {
      return null; // no such bundle or no such key: the next language may have it
    }
  }

  private static ClassLoader bundleLoader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? ClassLoader.getSystemClassLoader() : context;
  }

  private static Iterable<Locale> localesOf(String acceptLanguage) {
    try {
      return Locale.LanguageRange.parse(acceptLanguage).stream()
          .map(Locale.LanguageRange::getRange)
          .filter(range -> !range.equals("*"))
          .map(Locale::forLanguageTag)
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of(); // a header nobody can read asks for nothing
    }
  }

  private static String format(String pattern, Object[] arguments, Locale locale) {
    if (arguments.length == 0) {
      return pattern;
    }
    try {
      return new MessageFormat(pattern, locale).format(arguments);
    } catch (IllegalArgumentException e) {
      return pattern; // braces that are no places: better an unfilled message than a second failure
    }
  }
}
