// A form as pairs of name and text: what a person fills in, no hidden fields and no secrets.

// Of a guest, who never signs out of a shared phone, neither name nor address: the browser knows them where it is theirs.
const isGuest = !document.body.dataset.member;
export const filledIn = (form) =>
  [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type) && !(isGuest && field.autocomplete));
const isOn = (field, fresh) => (fresh ? field.defaultChecked : field.checked);

function valuesOf(field, fresh) {
  if (["checkbox", "radio"].includes(field.type)) return isOn(field, fresh) ? [field.value] : [];
  if (!field.options) return [fresh ? field.defaultValue : field.value];
  const chosen = [...field.options].filter((option) => (fresh ? option.defaultSelected : option.selected));
  return (chosen.length || field.multiple ? chosen : [...field.options].slice(0, 1)).map((option) => option.value);
}

/** [[name, text], ...]; `fresh` is the form as the page brought it, whatever the browser has filled in since. */
export function pairsOf(form, fresh = false) {
  return filledIn(form).flatMap((field) => valuesOf(field, fresh).map((text) => [field.name, text.replaceAll("\r\n", "\n")]));
}

/** Puts the texts back where they came from; names that stand several times in their order. */
export function fill(form, pairs) {
  const values = new Map();
  for (const [name, text] of pairs) values.set(name, [...(values.get(name) ?? []), text]);
  const seen = {};
  for (const field of filledIn(form)) {
    const texts = values.get(field.name) ?? [];
    const at = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    if (["checkbox", "radio"].includes(field.type)) field.checked = texts.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = texts.includes(option.value);
    else if (at in texts || !field.options) field.value = texts[at] ?? "";
    field.closest("details")?.toggleAttribute("open", true);
  }
  form.dispatchEvent(new CustomEvent("guildhall:filled"));
}

export const isBlank = (form) => !filledIn(form).some((field) => /^(textarea|text)$/.test(field.type) && field.value.trim());
