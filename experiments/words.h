/* Words in both languages of the texts. */
#ifndef EXPERIMENTS_WORDS_H
#define EXPERIMENTS_WORDS_H

/* As in the choices "en|zh" of --lang. */
enum language { ENGLISH, CHINESE };

struct words {
    const char *en, *zh;
};

/* English where there is no Chinese; NULL where there is neither. */
static inline const char *words_in(struct words words, enum language language)
{
    return language == CHINESE && words.zh ? words.zh : words.en;
}

#endif
