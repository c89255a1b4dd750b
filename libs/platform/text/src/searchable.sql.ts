/** Arabic yeh, alef maksura and kaf have other code points on Persian keyboards, and digits have them in both scripts. */
const ARABIC = '\u064a\u0649\u0643\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669';
const PERSIAN = '\u06cc\u06cc\u06a9\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9';

/**
 * Creates the SQL function `searchable(text)`, which returns the form used for search and filters. Texts that differ
 * in Unicode form, width, case, accents, or in letters such as `ø` and `o` or Arabic and Persian kaf have the same form.
 * It names ICU's root collation, so that the locale of the database does not matter. Run it first in a migration that
 * stores or indexes its result; PostgreSQL does not detect a changed definition, so a change requires a migration that
 * rebuilds the indexes.
 */
export const CREATE_SEARCHABLE = String.raw`
  CREATE OR REPLACE FUNCTION searchable(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    -- Accents, Hebrew and Arabic vowel points, variation selectors; marks that other scripts are written with stay.
    accents CONSTANT text := '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a'
      '\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff'
      '\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]';
    plain text;
  BEGIN
    -- ASCII, as most texts are: ten times faster.
    IF octet_length(value) = char_length(value) THEN RETURN lower(value COLLATE "C"); END IF;
    plain := regexp_replace(normalize(value, NFKD) COLLATE "C", accents, '', 'g');
    IF btrim(plain) = '' THEN plain := normalize(value, NFKD); END IF;
    -- Upper case first: it makes SS of ß, and I of the dotless i. What is ß now was ẞ.
    plain := lower(upper(plain COLLATE "und-x-icu") COLLATE "und-x-icu");
    plain := replace(replace(replace(replace(plain, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
    plain := translate(plain, '${ARABIC}', '${PERSIAN}');
    RETURN normalize(translate(plain, 'ςøđðłħŧŋɓɗɖɛɠƙɲɔʋƴĸ', 'σoddlhtnbddegknovyk'), NFKC);
  END $$
`;
