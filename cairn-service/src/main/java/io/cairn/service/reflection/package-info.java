// SPDX-License-Identifier: Apache-2.0
/** Reads and sets fields of objects by their names, as code of the predecessor's authors does. */
@NullMarked
package io.cairn.service.reflection;

import org.jspecify.annotations.NullMarked;
